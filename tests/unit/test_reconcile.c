/*
 * Reconciliation with a marketing system: each difference is found and classed, once, however often
 * and however far a run goes.
 */
#include "office_kit.h"

#include "books/item.h"
#include "books/reconcile.h"

enum { LINES = 40 };
#define NEXT KIT_DATE + 1

/* What the marketing system tells of a day. */
struct day {
    int64_t date;
    bool there;
    int n;
    struct gt_up_line line[LINES];
};

struct fixture {
    struct office office;
    struct gt_recon_conf conf;
    char folder[UNIT_PATH_MAX];
    void (*call)(void *, const struct gt_up_request *, int64_t, struct gt_up_reply *);
    struct day day[3]; /* before, the day, after */
    enum gt_err fetch; /* what a fetch gives */
    bool silent;       /* totals are not answered */
    bool stop;
    bool rival; /* another process wants the run while it goes on */
    int fetches, progress;
    int64_t trace;
    int64_t sold[16]; /* transaction numbers */
    struct gt_recon recon;
    struct gt_item item[32];
    size_t nitems;
};

/* The calls have the kit as context. */
static struct fixture *the;

static struct day *day_of(int64_t date)
{
    for (int i = 0; i < 3; i++)
        if (the->day[i].date == date)
            return &the->day[i];
    return NULL;
}

static void up_call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                    struct gt_up_reply *reply)
{
    if (request->op != GT_UP_TOTALS) {
        the->call(ctx, request, limit_ms, reply);
        return;
    }
    memset(reply, 0, sizeof(*reply));
    reply->class = the->silent ? GT_UP_UNKNOWN : GT_UP_OK;
    const struct day *day = day_of(request->biz_date);
    for (int i = 0; day && i < day->n; i++) {
        if (day->line[i].reversed || day->line[i].reversal)
            continue;
        reply->total_count++;
        reply->total_amount += day->line[i].amount;
    }
    reply->up_date = request->biz_date;
}

static enum gt_err up_fetch(void *ctx, int64_t date, const char *path,
                            const struct gt_up_tick *tick)
{
    const struct day *day = day_of(date);

    (void)ctx, (void)path;
    the->fetches++;
    if (!tick->tick(tick->arg, 1, 2))
        return GT_ERR_TIMEOUT;
    if (the->fetch)
        return gt_err_set(the->fetch, "the line is dead");
    return day && day->there ? GT_OK : GT_ERR_ABSENT;
}

static enum gt_err up_lines(void *ctx, int64_t date, const char *path, gt_up_line_fn fn, void *arg)
{
    const struct day *day = day_of(date);
    enum gt_err err = GT_OK;

    (void)ctx, (void)path;
    for (int i = 0; i < day->n && err == GT_OK; i++)
        err = fn(arg, &day->line[i]);
    return err;
}

static bool stop(void *arg)
{
    return ((struct fixture *)arg)->stop;
}

/* One whose look at the clock was before the claim, or whose clock is behind. */
static void compete(struct fixture *f)
{
    struct gt_recon recon;
    int64_t look_at = 0;
    bool did = true;

    f->rival = false;
    f->office.kit.now -= 5;
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_false(did);
    assert_err(GT_ERR_BUSY, gt_recon_run(&f->conf, "sg186", KIT_DATE, false, "rival", &recon));
    f->office.kit.now += 5;
}

static void progress(void *arg, const struct gt_recon_job *job)
{
    struct fixture *f = arg;

    f->progress++;
    assert_string_equal(job->system, "sg186");
    if (f->rival)
        compete(f);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    the = f;
    office_start(&f->office);
    struct kit *kit = &f->office.kit;
    f->call = kit->upstream.call;
    kit->upstream.call = up_call;
    kit->upstream.totals = true;
    kit->upstream.fetch = up_fetch;
    kit->upstream.lines = up_lines;
    unit_folder(f->folder);
    f->conf = (struct gt_recon_conf){.till = &kit->till,
                                     .folder = f->folder,
                                     .retry_ms = 1000,
                                     .stop = stop,
                                     .progress = progress,
                                     .arg = f};
    for (int i = 0; i < 3; i++)
        f->day[i].date = KIT_DATE - 1 + i;
    f->day[0].there = f->day[1].there = true;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    kit_books_agree(&f->office.kit);
    office_stop(&f->office);
    unit_remove(f->folder);
    free(f);
    return 0;
}

/* --- what the tests do --------------------------------------------------------------------------
 */

/* A sale that both sides book; gives the place of its line. */
static int book(struct fixture *f, const char *customer, int64_t amount)
{
    struct kit *kit = &f->office.kit;
    int n = f->day[1].n++;

    kit_recharge(kit, ++f->trace, customer, amount);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    f->sold[n] = kit->result.txn.id;
    struct gt_up_line *line = &f->day[1].line[n];
    *line = (struct gt_up_line){.line_no = n + 2, .amount = amount, .date = KIT_DATE};
    (void)snprintf(line->serial, sizeof(line->serial), "%018lld", (long long)f->sold[n]);
    (void)snprintf(line->ref, sizeof(line->ref), "U%lld", (long long)f->sold[n]);
    (void)snprintf(line->customer_no, sizeof(line->customer_no), "%s", customer);
    return n;
}

/* The line goes, or to another day. */
static struct gt_up_line take_line(struct day *day, int n)
{
    struct gt_up_line line = day->line[n];

    day->n--;
    memmove(&day->line[n], &day->line[n + 1], sizeof(line) * (size_t)(day->n - n));
    return line;
}

static enum gt_err items_in(struct gt_tx *tx, void *arg)
{
    struct fixture *f = arg;

    f->nitems = gt_items_open(tx, GT_ITEM_SYSTEM, "sg186", 0, KIT_DATE, 0, f->item, 32);
    return gt_tx_err(tx);
}

static enum gt_err reconcile(struct fixture *f, bool lined)
{
    enum gt_err err = gt_recon_run(&f->conf, "sg186", KIT_DATE, lined, "schedule", &f->recon);

    assert_ok(gt_db_read(f->office.kit.till.db, "items", items_in, f));
    return err;
}

/* The only open item of a class. */
static const struct gt_item *item_of(const struct fixture *f, enum gt_item_class class)
{
    const struct gt_item *found = NULL;

    for (size_t i = 0; i < f->nitems; i++) {
        if (f->item[i].class != class)
            continue;
        assert_null(found);
        found = &f->item[i];
    }
    assert_non_null(found);
    return found;
}

GT_STMT(test_recon_versions, "SELECT CAST(SUM(version) AS BIGINT) FROM gt_recon WHERE id > ?");
GT_STMT(test_item_versions, "SELECT CAST(SUM(version) AS BIGINT) FROM gt_item WHERE id > ?");
GT_STMT(test_jobs, "SELECT COUNT(*) FROM gt_recon_job WHERE id > ?");

struct summing {
    int64_t recons, items, jobs;
};

static enum gt_err sums_in(struct gt_tx *tx, void *arg)
{
    struct summing *s = arg;

    assert_true(gt_tx_one(tx, &test_recon_versions, GT_INT(0)));
    s->recons = gt_col_int(tx);
    assert_true(gt_tx_one(tx, &test_item_versions, GT_INT(0)));
    s->items = gt_col_int(tx);
    assert_true(gt_tx_one(tx, &test_jobs, GT_INT(0)));
    s->jobs = gt_col_int(tx);
    return gt_tx_err(tx);
}

static struct summing sums(struct fixture *f)
{
    struct summing s;

    assert_ok(gt_db_read(f->office.kit.till.db, "sums", sums_in, &s));
    return s;
}

/* --- the tests -----------------------------------------------------------------------------------
 */

static void totals_that_agree_are_enough(void **state)
{
    struct fixture *f = *state;

    book(f, "3000000001", 5000);
    book(f, "3000000002", 700);
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_AGREED);
    assert_int_equal(f->recon.ours_count, 2);
    assert_int_equal(f->recon.ours_amount, 5700);
    assert_int_equal(f->recon.theirs_amount, 5700);
    assert_int_equal(f->recon.lined, 0);
    assert_int_equal(f->fetches, 0);
    assert_int_equal(sums(f).jobs, 0);
    assert_ok(reconcile(f, true));
    assert_int_equal(f->recon.state, GT_RECON_AGREED);
    assert_int_equal(f->recon.matched, 2);
    assert_int_equal(f->recon.lines, 2);
    assert_true(f->progress > 5);
}

/* One of each class, and two that are right. */
static void plant_all(struct fixture *f)
{
    struct gt_up_line line;

    for (int i = 0; i < 8; i++)
        book(f, i % 2 ? "3000000001" : "3000000002", 1000 * (i + 1));
    struct day *day = &f->day[1];
    line = take_line(day, 7); /* 8: on the day after, which is there already */
    line.date = NEXT;
    f->day[2].there = true;
    f->day[2].line[f->day[2].n++] = line;
    take_line(day, 6);                  /* 7: never came */
    day->line[5].amount += 1;           /* 6 */
    day->line[4].reversed = true;       /* 5 */
    day->line[day->n++] = day->line[3]; /* 4 twice */
    line = day->line[0];
    snprintf(line.serial, sizeof(line.serial), "202611229900000001");
    day->line[day->n++] = line;
    f->office.kit.up.fate = GT_UP_FATE_ABSENT;
}

static void each_difference_is_classed(void **state)
{
    struct fixture *f = *state;

    plant_all(f);
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_DIFFERS);
    assert_int_equal(f->recon.matched, 3);
    assert_int_equal(f->nitems, 6);
    const struct gt_item *item = item_of(f, GT_ITEM_OTHER_DATE);
    assert_int_equal(item->txn_id, f->sold[7]);
    assert_int_equal(item->ours, item->theirs);
    assert_holds(item->note, "20261123");
    item = item_of(f, GT_ITEM_ONLY_OURS);
    assert_int_equal(item->txn_id, f->sold[6]);
    assert_int_equal(item->ours, 7000);
    assert_int_equal(item->theirs, 0);
    assert_holds(item->note, "可以重新发送");
    assert_int_equal(f->office.kit.up.inquiries, 1);
    item = item_of(f, GT_ITEM_AMOUNT);
    assert_int_equal(item->txn_id, f->sold[5]);
    assert_int_equal(item->ours, 6000);
    assert_int_equal(item->theirs, 6001);
    item = item_of(f, GT_ITEM_STATE);
    assert_int_equal(item->txn_id, f->sold[4]);
    assert_int_equal(item->theirs, 0);
    item = item_of(f, GT_ITEM_TWICE);
    assert_int_equal(item->txn_id, f->sold[3]);
    assert_int_equal(item->theirs, 8000);
    item = item_of(f, GT_ITEM_ONLY_THEIRS);
    assert_int_equal(item->txn_id, 0);
    assert_string_equal(item->ref, "202611229900000001");
    assert_int_equal(item->theirs, 1000);
}

static void running_again_changes_nothing(void **state)
{
    struct fixture *f = *state;

    plant_all(f);
    assert_ok(reconcile(f, false));
    struct summing before = sums(f);
    struct gt_recon first = f->recon;
    f->office.kit.now += 100000;
    assert_ok(reconcile(f, false));
    struct summing after = sums(f);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_memory_equal(&first, &f->recon, sizeof(first));
}

static void what_is_no_more_is_agreed(void **state)
{
    struct fixture *f = *state;

    plant_all(f);
    assert_ok(reconcile(f, false));
    f->day[1].line[5].amount -= 1;
    f->day[1].n -= 2; /* neither twice, nor only theirs */
    assert_ok(reconcile(f, false));
    assert_int_equal(f->nitems, 3);
    (void)item_of(f, GT_ITEM_OTHER_DATE);
    (void)item_of(f, GT_ITEM_ONLY_OURS);
    (void)item_of(f, GT_ITEM_STATE);
    assert_int_equal(f->recon.n_amount, 0);
    /* What was gone and is there again is open again. */
    f->day[1].line[5].amount += 1;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->nitems, 4);
}

static void a_day_that_ends_later_tells_the_other_date(void **state)
{
    struct fixture *f = *state;
    struct gt_recon recon;

    book(f, "3000000001", 1000);
    struct gt_up_line line = take_line(&f->day[1], 0);
    f->office.kit.up.fate = GT_UP_FATE_ABSENT;
    assert_ok(reconcile(f, false));
    (void)item_of(f, GT_ITEM_ONLY_OURS);
    line.date = NEXT;
    f->day[2].there = true;
    f->day[2].line[f->day[2].n++] = line;
    assert_ok(gt_recon_run(&f->conf, "sg186", NEXT, false, "schedule", &recon));
    assert_int_equal(recon.n_date, 1);
    assert_int_equal(recon.n_theirs, 0);
    assert_ok(gt_db_read(f->office.kit.till.db, "items", items_in, f));
    assert_int_equal(f->nitems, 1);
    (void)item_of(f, GT_ITEM_OTHER_DATE);
    /* And the day itself, run again, finds the very same item. */
    struct summing before = sums(f);
    assert_ok(reconcile(f, false));
    assert_int_equal(f->nitems, 1);
    assert_int_equal(sums(f).items, before.items);
}

static void an_inquiry_tells_more_than_a_missing_line(void **state)
{
    struct fixture *f = *state;

    book(f, "3000000001", 1000);
    take_line(&f->day[1], 0);
    f->office.kit.up.fate = GT_UP_FATE_REVERSED;
    assert_ok(reconcile(f, false));
    assert_int_equal(item_of(f, GT_ITEM_STATE)->theirs, 0);
    f->office.kit.up.fate = GT_UP_FATE_POSTED;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->nitems, 1);
    assert_holds(item_of(f, GT_ITEM_ONLY_OURS)->note, "成功");
}

static void a_reversed_pair_matches_wiped_or_shown(void **state)
{
    struct fixture *f = *state;
    struct kit *kit = &f->office.kit;

    for (int i = 0; i < 3; i++) {
        book(f, "3000000001", 1000);
        kit_reverse(kit, ++f->trace, f->sold[i], 1000);
        assert_int_equal(kit_run(kit), GT_OUT_OK);
    }
    book(f, "3000000001", 1000);
    struct day *day = &f->day[1];
    day->line[1].reversed = true;
    struct gt_up_line line = day->line[2];
    line.reversal = true;
    memcpy(line.orig_serial, line.serial, sizeof(line.serial));
    snprintf(line.serial, sizeof(line.serial), "202611220000009999");
    day->line[day->n++] = line;
    take_line(day, 0);
    assert_ok(reconcile(f, true));
    assert_int_equal(f->recon.state, GT_RECON_AGREED);
    assert_int_equal(f->nitems, 0);
    /* Where upstream still has it, the states differ. */
    day->n--;
    assert_ok(reconcile(f, true));
    const struct gt_item *item = item_of(f, GT_ITEM_STATE);
    assert_int_equal(item->ours, 0);
    assert_int_equal(item->theirs, 1000);
}

static void another_customer_is_no_match(void **state)
{
    struct fixture *f = *state;

    book(f, "3000000001", 1000);
    snprintf(f->day[1].line[0].customer_no, sizeof(f->day[1].line[0].customer_no), "3000000009");
    assert_ok(reconcile(f, true));
    assert_holds(item_of(f, GT_ITEM_STATE)->note, "3000000009");
}

static void doubt_is_settled_first_and_named_if_it_stays(void **state)
{
    struct fixture *f = *state;
    struct kit *kit = &f->office.kit;

    book(f, "3000000001", 1000);
    kit->up.next = GT_UP_UNKNOWN;
    kit_recharge(kit, ++f->trace, "3000000002", 2000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    kit->up.next = GT_UP_OK;
    kit->up.fate = GT_UP_FATE_NONE; /* an answer that decides nothing */
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_AGREED);
    assert_int_equal(f->recon.doubt, 1);
    struct gt_up_line line = f->day[1].line[0];
    snprintf(line.serial, sizeof(line.serial), "%018lld", (long long)kit->result.txn.id);
    snprintf(line.customer_no, sizeof(line.customer_no), "3000000002");
    line.amount = 2000;
    f->day[1].line[f->day[1].n++] = line;
    assert_ok(reconcile(f, false)); /* their line stands, ours is in doubt */
    assert_int_equal(item_of(f, GT_ITEM_STATE)->txn_id, kit->result.txn.id);
    kit->up.fate = GT_UP_FATE_POSTED;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.doubt, 0);
    assert_int_equal(f->recon.state, GT_RECON_AGREED);
    assert_int_equal(f->nitems, 0);
}

static void what_cannot_be_done_is_told_and_done_later(void **state)
{
    struct fixture *f = *state;

    book(f, "3000000001", 1000);
    f->silent = true;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_FAILED);
    assert_holds(f->recon.why, "totals");
    f->silent = false;
    f->day[1].line[0].amount = 999;
    f->fetch = GT_ERR_BUSY;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_FAILED);
    assert_holds(f->recon.why, "the line is dead");
    assert_int_equal(f->nitems, 0);
    assert_int_equal(sums(f).jobs, 0);
    f->fetch = GT_OK;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_DIFFERS);
    assert_string_equal(f->recon.why, "");
    assert_err(GT_ERR_ABSENT, gt_recon_run(&f->conf, "a8", KIT_DATE, false, "me", &f->recon));
}

static void differences_of_date_alone_go_by_the_rule(void **state)
{
    struct fixture *f = *state;

    plant_all(f);
    assert_ok(reconcile(f, false));
    assert_int_equal(f->nitems, 6);
    assert_ok(gt_param_put(by_of(&f->office, GT_BY_COMMAND), GT_PARAM_RECON_DATES, 1, false, 1, 0,
                           &f->office.no));
    assert_ok(reconcile(f, false));
    assert_int_equal(f->nitems, 5);
    assert_int_equal(f->recon.n_date, 1);
    assert_int_equal(f->recon.n_ruled, 1);
    struct summing before = sums(f), after;
    assert_ok(reconcile(f, false));
    after = sums(f);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void a_run_is_claimed_and_a_dead_one_taken_over(void **state)
{
    struct fixture *f = *state;

    book(f, "3000000001", 1000);
    f->day[1].line[0].amount = 999;
    f->stop = true; /* at the first look */
    assert_err(GT_ERR_TIMEOUT, reconcile(f, false));
    assert_int_equal(sums(f).jobs, 1);
    f->stop = false;
    assert_ok(reconcile(f, false));
    assert_int_equal(f->recon.state, GT_RECON_DIFFERS);
    assert_int_equal(sums(f).jobs, 0);
    assert_int_equal(f->nitems, 1);
}

static void a_run_that_goes_on_is_not_taken_by_a_clock_that_is_behind(void **state)
{
    struct fixture *f = *state;

    book(f, "3000000001", 1000);
    f->rival = true;
    assert_ok(reconcile(f, false));
    assert_false(f->rival);
    assert_int_equal(f->recon.state, GT_RECON_AGREED);

    struct gt_recon_job job = {.owner = 1, .seen_at = 1000000};
    assert_true(gt_recon_job_held(&job, job.seen_at + GT_RECON_LEASE_MS - 1));
    assert_false(gt_recon_job_held(&job, job.seen_at + GT_RECON_LEASE_MS));
    assert_false(gt_recon_job_held(&job, job.seen_at - GT_RECON_LEASE_MS));
    job.owner = 0;
    assert_false(gt_recon_job_held(&job, job.seen_at));
}

static void the_worker_does_what_is_wanted_and_what_is_due(void **state)
{
    struct fixture *f = *state;
    struct kit *kit = &f->office.kit;
    const struct gt_by *by = by_of(&f->office, GT_BY_COMMAND);
    int64_t look_at = 0;
    bool did = true;

    book(f, "3000000001", 1000);
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_false(did); /* the date has not ended */
    assert_err(GT_ERR_ABSENT,
               gt_recon_want(by, &kit->upstreams, "a8", KIT_DATE, true, &f->office.no));
    assert_int_equal(f->office.no.why, GT_WHY_ABSENT);
    assert_err(GT_ERR_RANGE,
               gt_recon_want(by, &kit->upstreams, "sg186", NEXT, true, &f->office.no));
    assert_ok(gt_recon_want(by, &kit->upstreams, "sg186", KIT_DATE, true, &f->office.no));
    assert_ok(gt_recon_want(by, &kit->upstreams, "sg186", KIT_DATE, true, &f->office.no));
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_true(did);
    assert_int_equal(f->fetches, 1);
    assert_ok(gt_bizdate_cut(&kit->till, KIT_DATE, NEXT, "test"));
    assert_ok(gt_bizdate_cut(&kit->till, NEXT, NEXT + 1, "test"));
    kit->now += 60000;
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_true(did); /* the second date; the first has its result */
    kit->now += 60000;
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_false(did);
    /* One that could not be done comes again, later. */
    f->silent = true;
    assert_ok(gt_recon_run(&f->conf, "sg186", NEXT, false, "me", &f->recon));
    assert_int_equal(f->recon.state, GT_RECON_FAILED);
    f->silent = false;
    kit->now += 60000;
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_false(did);
    kit->now += 600000;
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_true(did);
}

static void what_stays_in_doubt_is_looked_at_again_when_it_is_settled(void **state)
{
    struct fixture *f = *state;
    struct kit *kit = &f->office.kit;
    int64_t look_at = 0;
    bool did = false;

    kit->up.next = GT_UP_UNKNOWN;
    kit->up.fate = GT_UP_FATE_NONE;
    kit_recharge(kit, ++f->trace, "3000000002", 2000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    assert_ok(gt_bizdate_cut(&kit->till, KIT_DATE, NEXT, "test"));
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_true(did);
    for (int i = 0; i < 3; i++) {
        kit->now += 60000;
        assert_ok(gt_recon_work(&f->conf, &look_at, &did));
        assert_false(did); /* not over and over */
    }
    kit->up.fate = GT_UP_FATE_REFUSED;
    kit_work(kit, 60000);
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_true(did);
    kit->now += 60000;
    assert_ok(gt_recon_work(&f->conf, &look_at, &did));
    assert_false(did);
}

static void only_who_may_wants_a_run(void **state)
{
    struct fixture *f = *state;

    assert_err(GT_ERR_ABSENT, gt_recon_want(by_of(&f->office, BOSS), &f->office.kit.upstreams,
                                            "sg186", KIT_DATE, false, &f->office.no));
    assert_int_equal(sums(f).jobs, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(totals_that_agree_are_enough),
        T(each_difference_is_classed),
        T(running_again_changes_nothing),
        T(what_is_no_more_is_agreed),
        T(a_day_that_ends_later_tells_the_other_date),
        T(an_inquiry_tells_more_than_a_missing_line),
        T(a_reversed_pair_matches_wiped_or_shown),
        T(another_customer_is_no_match),
        T(doubt_is_settled_first_and_named_if_it_stays),
        T(what_cannot_be_done_is_told_and_done_later),
        T(differences_of_date_alone_go_by_the_rule),
        T(a_run_is_claimed_and_a_dead_one_taken_over),
        T(a_run_that_goes_on_is_not_taken_by_a_clock_that_is_behind),
        T(the_worker_does_what_is_wanted_and_what_is_due),
        T(what_stays_in_doubt_is_looked_at_again_when_it_is_settled),
        T(only_who_may_wants_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
