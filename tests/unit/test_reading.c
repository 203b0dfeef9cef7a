/*
 * Meter readings: tasks are downloaded once, a reading is kept before it is sent and sent until it
 * is answered, and whatever comes twice is harmless.  The books agree after each.
 */
#include "till_kit.h"

#include "till/account.h"
#include "till/reading.h"

#define LAST  INT64_C(100000) /* what every meter showed last */
#define USUAL INT64_C(10000)

/* The marketing system: so many tasks on route R1, and how the next uploads are answered. */
static struct {
    struct kit kit;
    int tasks;
    int64_t usual;
    const char *route; /* that is the reader's; anything else is somebody else's */
    enum gt_up_class next;
    bool page_down; /* it is silent behind the first page of tasks */
    int64_t period;
    int poison;              /* a batch with this task is answered with a code that means nothing */
    int refuses;             /* the task, counted from 1, that is refused */
    void (*meanwhile)(void); /* happens once, before the next upload is answered */
    int strays;              /* so many answers, the next ones, are to something else */
    int asked;
    int calls;
    int64_t seen[GT_TASKS_MAX + 8]; /* readings of tasks, as they came first */
    int times;                      /* readings that came in all */
} w;

static void give_tasks(const struct gt_up_request *request, struct gt_up_reply *reply)
{
    struct gt_up_tasks *tasks = request->tasks;
    int from = request->after[0] ? (int)strtol(request->after + 1, NULL, 10) : 0;

    if (request->route_no[0] && strcmp(request->route_no, w.route) != 0) {
        reply->class = GT_UP_REFUSED;
        reply->outcome = GT_OUT_READING_OTHERS;
        return;
    }
    tasks->n = 0;
    for (int i = from + 1; i <= w.tasks && tasks->n < GT_TASKS_MAX; i++) {
        struct gt_up_task *task = &tasks->all[tasks->n++];

        *task = (struct gt_up_task){
            .period = w.period, .last_read = LAST, .usual = w.usual, .factor = 1};
        snprintf(task->task_no, sizeof(task->task_no), "T%03d", i);
        snprintf(task->route_no, sizeof(task->route_no), "%s", w.route);
        snprintf(task->customer_no, sizeof(task->customer_no), "1%09d", i);
        snprintf(task->customer_name, sizeof(task->customer_name), "客户%d", i);
    }
    tasks->more = from + tasks->n < w.tasks;
}

static void take_readings(const struct gt_up_request *request)
{
    for (int i = 0; i < request->tasks->n; i++) {
        struct gt_up_task *task = &request->tasks->all[i];
        int number = (int)strtol(task->task_no + 1, NULL, 10);

        w.times++;
        task->class = number == w.refuses ? GT_UP_REFUSED : GT_UP_OK;
        task->outcome = number == w.refuses ? GT_OUT_UPSTREAM_REFUSED : GT_OUT_OK;
        if (task->class == GT_UP_REFUSED)
            snprintf(task->text, sizeof(task->text), "%s", "表号不符");
        else if (!w.seen[number])
            w.seen[number] = task->reading;
        assert_true(number == w.refuses || w.seen[number] == task->reading);
    }
}

static bool has_poison(const struct gt_up_tasks *tasks)
{
    char poison[16];
    bool has = false;

    snprintf(poison, sizeof(poison), "T%03d", w.poison);
    for (int i = 0; i < tasks->n; i++)
        has = has || strcmp(tasks->all[i].task_no, poison) == 0;
    return has;
}

static void call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                 struct gt_up_reply *reply)
{
    (void)ctx;
    (void)limit_ms;
    memset(reply, 0, sizeof(*reply));
    reply->class = w.next;
    w.asked++;
    if (w.strays > 0) {
        w.strays--;
        reply->class = GT_UP_UNKNOWN;
        reply->stray = true;
        return;
    }
    if (request->op == GT_UP_TASKS) {
        if (w.page_down && request->after[0])
            reply->class = GT_UP_UNKNOWN;
        else if (w.next == GT_UP_OK)
            give_tasks(request, reply);
    } else if (request->op == GT_UP_READINGS) {
        void (*meanwhile)(void) = w.meanwhile;

        w.calls++;
        w.meanwhile = NULL;
        if (meanwhile)
            meanwhile();
        if (w.poison && has_poison(request->tasks)) {
            reply->class = GT_UP_UNKNOWN;
            snprintf(reply->code, sizeof(reply->code), "9999");
            snprintf(reply->text, sizeof(reply->text), "answered with code 9999: 内部错误");
            return;
        }
        if (w.next != GT_UP_NOT_SENT)
            take_readings(request); /* the answer is what may be lost */
    }
}

static int setup(void **state)
{
    (void)state;
    memset(&w, 0, sizeof(w));
    kit_start(&w.kit);
    w.kit.upstream.reads = true;
    w.kit.upstream.call = call;
    w.route = "R1";
    w.period = 202611;
    w.usual = USUAL;
    w.next = GT_UP_OK;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_books_agree(&w.kit);
    kit_stop(&w.kit);
    return 0;
}

/* --- what the tests do */

static bool part;

static enum gt_outcome fetch(const struct gt_actor *actor, const char *route_no)
{
    enum gt_outcome outcome = GT_OUT_INTERNAL;
    char text[601];

    assert_ok(gt_reading_fetch(&w.kit.till, actor, route_no, &outcome, &part, text));
    return outcome;
}

struct look {
    int64_t user_id;
    size_t n;
    struct gt_round round;
    int64_t counts[GT_READING__MAX];
    size_t ntasks;
    struct gt_reading tasks[51];
    int64_t after;
    const char *text;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    struct gt_reading_find find = {.after = l->after, .text = l->text};

    l->n = gt_rounds_of(tx, l->user_id, 0, &l->round, 1);
    l->ntasks = 0;
    if (l->n) {
        find.round_id = l->round.id;
        gt_round_counts(tx, l->round.id, l->counts);
        l->ntasks = gt_reading_list(tx, &find, l->tasks, 51);
    }
    return gt_tx_err(tx);
}

static struct look *look(const struct gt_actor *actor)
{
    static struct look l;

    l = (struct look){.user_id = actor->user.id};
    assert_ok(gt_db_read(w.kit.till.db, "look", look_in, &l));
    return &l;
}

static struct gt_reading_line lines[GT_TASKS_MAX];
static bool repeated;

static void put(int i, const char *task_no, int64_t reading)
{
    lines[i] = (struct gt_reading_line){.reading = reading, .read_at = w.kit.now};
    snprintf(lines[i].task_no, sizeof(lines[i].task_no), "%s", task_no);
}

static enum gt_outcome upload(const struct gt_actor *actor, int64_t trace_no, int n)
{
    enum gt_outcome outcome = GT_OUT_INTERNAL;

    assert_ok(gt_reading_upload(&w.kit.till, actor, trace_no, lines, n, &outcome, &repeated));
    return outcome;
}

/* One reading alone; gives what became of it. */
static enum gt_outcome read_one(int64_t trace_no, const char *task_no, int64_t reading)
{
    put(0, task_no, reading);
    assert_int_equal(upload(&w.kit.handheld, trace_no, 1), GT_OUT_OK);
    return lines[0].outcome;
}

static int work(int64_t ms)
{
    int n = 0;

    w.kit.now += ms;
    assert_ok(gt_reading_work(&w.kit.till, &n));
    return n;
}

/* --- downloading */

static void tasks_come_page_by_page_and_once(void **state)
{
    struct look *l;

    (void)state;
    assert_int_equal(fetch(&w.kit.handheld, ""), GT_OUT_OK); /* nothing yet: no round of it */
    assert_int_equal(look(&w.kit.handheld)->n, 0);
    w.tasks = GT_TASKS_MAX + 3;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fetch(&w.kit.handheld, i ? "R1" : ""), GT_OUT_OK);
        l = look(&w.kit.handheld);
        assert_int_equal(l->round.tasks, w.tasks);
        assert_int_equal(l->counts[GT_READING_OPEN], w.tasks);
        assert_string_equal(l->tasks[0].task_no, "T001");
        assert_int_equal(l->tasks[50].seq, 51);
    }
    assert_int_equal(fetch(&w.kit.handheld, "R2"), GT_OUT_READING_OTHERS);
    assert_int_equal(look(&w.kit.agent)->n, 0);
}

static void open_tasks_take_what_has_changed(void **state)
{
    (void)state;
    w.tasks = 2;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(read_one(1, "T001", LAST + 5000), GT_OUT_OK);
    w.usual = 777;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(look(&w.kit.handheld)->tasks[0].usual, USUAL); /* it was read */
    assert_int_equal(look(&w.kit.handheld)->tasks[1].usual, 777);
    w.next = GT_UP_UNKNOWN;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_UPSTREAM_DOWN);
    w.kit.up.down = true;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_UPSTREAM_DOWN);
    w.kit.upstream.reads = false;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_NOT_SERVED);
    assert_int_equal(look(&w.kit.handheld)->round.tasks, 2);
}

static void an_answer_to_something_else_is_asked_for_once_more(void **state)
{
    struct gt_up_reply reply;
    enum gt_outcome outcome;
    char text[601];

    (void)state;
    w.tasks = 1;
    w.strays = 1;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(w.asked, 2);
    w.strays = 1;
    assert_int_equal(read_one(1, "T001", LAST + 1), GT_OUT_OK);
    assert_int_equal(w.asked, 4);
    w.strays = 2; /* but not for ever */
    assert_ok(
        gt_till_query(&w.kit.till, &w.kit.handheld, "1000000001", "", "", &reply, &outcome, text));
    assert_int_equal(outcome, GT_OUT_UPSTREAM_DOWN);
    assert_int_equal(w.asked, 6);
}

static void who_is_given_a_route_is_its_reader(void **state)
{
    (void)state;
    w.tasks = 2;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    put(0, "T001", LAST + 1);
    assert_int_equal(upload(&w.kit.agent, 1, 1), GT_OUT_OK);
    assert_int_equal(lines[0].outcome, GT_OUT_READING_NO_TASK); /* as if it were not there */
    assert_int_equal(fetch(&w.kit.agent, "R1"), GT_OUT_OK);     /* upstream gave it to them */
    assert_int_equal(look(&w.kit.handheld)->n, 0);
    assert_int_equal(read_one(1, "T001", LAST + 1), GT_OUT_READING_NO_TASK);
    put(0, "T001", LAST + 1);
    assert_int_equal(upload(&w.kit.agent, 2, 1), GT_OUT_OK);
    assert_int_equal(lines[0].outcome, GT_OUT_OK);
}

/* --- uploading */

static void the_same_again_is_harmless(void **state)
{
    (void)state;
    w.tasks = 3;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    for (int i = 0; i < 2; i++) {
        put(0, "T001", LAST + 5000);
        put(1, "T002", LAST + 6000);
        put(2, "T999", 5);
        assert_int_equal(upload(&w.kit.handheld, 7, 3), GT_OUT_OK);
        assert_int_equal(repeated, i);
        assert_int_equal(lines[0].outcome, GT_OUT_OK);
        assert_int_equal(lines[1].outcome, GT_OUT_OK);
        assert_int_equal(lines[2].outcome, GT_OUT_READING_NO_TASK);
        assert_int_equal(w.calls, 1);
    }
    assert_int_equal(read_one(8, "T001", LAST + 5000), GT_OUT_OK); /* another message */
    assert_int_equal(w.calls, 1);
    assert_int_equal(read_one(9, "T001", LAST + 5001), GT_OUT_READING_TAKEN);
    assert_int_equal(look(&w.kit.handheld)->tasks[0].reading, LAST + 5000);
    /* One task two times in a message. */
    put(0, "T003", LAST + 1000);
    put(1, "T003", LAST + 1000);
    assert_int_equal(upload(&w.kit.handheld, 10, 2), GT_OUT_OK);
    assert_int_equal(lines[1].outcome, GT_OUT_OK);
    assert_int_equal(w.times, 3);
}

static void a_lost_reply_is_sent_again(void **state)
{
    struct look *l;

    (void)state;
    w.tasks = 2;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    w.next = GT_UP_UNKNOWN;
    assert_int_equal(read_one(1, "T001", LAST + 5000), GT_OUT_READING_WAITS);
    assert_int_equal(w.seen[1], LAST + 5000); /* it has it, and nobody knows */
    assert_int_equal(read_one(1, "T001", LAST + 5000), GT_OUT_READING_WAITS);
    assert_true(repeated);
    assert_int_equal(read_one(2, "T001", LAST + 5500), GT_OUT_READING_TAKEN); /* not meanwhile */
    assert_int_equal(work(0), 0);
    assert_int_equal(work(4000), 1); /* not answered either: later still */
    assert_int_equal(work(4000), 0);
    w.next = GT_UP_OK;
    assert_int_equal(work(60000), 1);
    assert_int_equal(work(0), 0);
    l = look(&w.kit.handheld);
    assert_int_equal(l->tasks[0].state, GT_READING_ACCEPTED);
    assert_int_equal(l->tasks[0].tries, 3);
    assert_int_equal(read_one(1, "T001", LAST + 5000), GT_OUT_OK);
    assert_true(repeated);
}

static void what_could_not_be_sent_is_kept(void **state)
{
    int n = 0;

    (void)state;
    w.tasks = GT_TASKS_MAX + 1;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    w.kit.up.down = true;
    for (int i = 0; i < GT_TASKS_MAX; i++) {
        char task_no[16];

        snprintf(task_no, sizeof(task_no), "T%03d", i + 1);
        put(i, task_no, LAST + i);
    }
    assert_int_equal(upload(&w.kit.handheld, 1, GT_TASKS_MAX), GT_OUT_OK);
    assert_int_equal(lines[49].outcome, GT_OUT_READING_WAITS);
    assert_int_equal(read_one(2, "T051", LAST + 9), GT_OUT_READING_WAITS);
    assert_int_equal(w.calls, 0);
    w.kit.up.down = false;
    assert_int_equal(
        gt_reading_again(&w.kit.till, &w.kit.agent, look(&w.kit.handheld)->round.id, &n),
        GT_ERR_ABSENT);
    assert_ok(gt_reading_again(&w.kit.till, &w.kit.handheld, look(&w.kit.handheld)->round.id, &n));
    assert_int_equal(n, GT_TASKS_MAX + 1);
    assert_int_equal(look(&w.kit.handheld)->counts[GT_READING_ACCEPTED], GT_TASKS_MAX + 1);
    assert_int_equal(w.times, GT_TASKS_MAX + 1);
    assert_int_equal(work(600000), 0);
}

static void one_of_many_is_refused_and_read_again(void **state)
{
    (void)state;
    w.tasks = 3;
    w.refuses = 2;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    put(0, "T001", LAST + 1);
    put(1, "T002", LAST + 2);
    put(2, "T003", LAST + 3);
    assert_int_equal(upload(&w.kit.handheld, 1, 3), GT_OUT_OK);
    assert_int_equal(lines[0].outcome, GT_OUT_OK);
    assert_int_equal(lines[1].outcome, GT_OUT_UPSTREAM_REFUSED);
    assert_string_equal(lines[1].text, "表号不符");
    assert_int_equal(lines[2].outcome, GT_OUT_OK);
    assert_string_equal(look(&w.kit.handheld)->tasks[1].note, "表号不符");
    w.refuses = 0;
    assert_int_equal(read_one(2, "T002", LAST + 4), GT_OUT_OK);
    assert_int_equal(look(&w.kit.handheld)->tasks[1].reading, LAST + 4);
    /* The first message, late, does nothing any more. */
    put(0, "T001", LAST + 1);
    put(1, "T002", LAST + 2);
    put(2, "T003", LAST + 3);
    assert_int_equal(upload(&w.kit.handheld, 1, 3), GT_OUT_OK);
    assert_int_equal(lines[1].outcome, GT_OUT_READING_TAKEN);
    assert_int_equal(look(&w.kit.handheld)->tasks[1].reading, LAST + 4);
}

static void what_cannot_be_digested_holds_up_nothing(void **state)
{
    struct look *l;
    int turns = 0;

    (void)state;
    w.tasks = 3;
    w.poison = 2;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    put(0, "T001", LAST + 1);
    put(1, "T002", LAST + 2);
    put(2, "T003", LAST + 3);
    assert_int_equal(upload(&w.kit.handheld, 1, 3), GT_OUT_OK);
    assert_int_equal(lines[0].outcome, GT_OUT_READING_WAITS);
    assert_int_equal(read_one(2, "T002", LAST + 4), GT_OUT_READING_TAKEN); /* it may get through */
    for (int i = 0; i < 2; i++)
        assert_int_equal(work(600000), 3);
    for (int i = 0; i < 3; i++) /* now each goes alone */
        assert_int_equal(work(i ? 0 : 600000), 1);
    l = look(&w.kit.handheld);
    assert_int_equal(l->tasks[0].state, GT_READING_ACCEPTED);
    assert_int_equal(l->tasks[1].state, GT_READING_WAITS);
    assert_int_equal(l->tasks[2].state, GT_READING_ACCEPTED);
    /* Alone and answered again and again: that is a refusal, in upstream's words. */
    while (work(600000) > 0)
        turns++;
    assert_in_range(turns, 3, 10);
    l = look(&w.kit.handheld);
    assert_int_equal(l->tasks[1].state, GT_READING_REFUSED);
    assert_int_equal(l->tasks[1].outcome, GT_OUT_UPSTREAM_REFUSED);
    assert_non_null(strstr(l->tasks[1].note, "内部错误"));
    w.poison = 0;
    assert_int_equal(read_one(3, "T002", LAST + 4), GT_OUT_OK);
}

static void what_waits_in_vain_may_be_corrected(void **state)
{
    (void)state;
    w.tasks = 1;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    w.next = GT_UP_NOT_SENT;
    assert_int_equal(read_one(1, "T001", LAST + 1), GT_OUT_READING_WAITS);
    for (int i = 0; i < 20; i++) /* nothing was answered: it is never given up */
        assert_int_equal(work(600000), 1);
    assert_int_equal(read_one(2, "T001", LAST + 1), GT_OUT_READING_WAITS); /* the same one */
    w.next = GT_UP_OK;
    assert_int_equal(read_one(3, "T001", LAST + 5), GT_OUT_OK);
    assert_int_equal(w.seen[1], LAST + 5);
    assert_int_equal(upload(&w.kit.handheld, 1, 0), GT_OUT_TRACE_REUSED);
}

/* The worker sends the same, it is refused, and the reader says that it is so after all. */
static void refused_and_confirmed(void)
{
    struct gt_reading_line line = {
        .task_no = "T001", .reading = LAST + 1, .read_at = w.kit.now, .confirmed = true};
    enum gt_outcome outcome = GT_OUT_INTERNAL;
    bool again = false;

    assert_int_equal(work(600000), 1);
    w.next = GT_UP_NOT_SENT;
    assert_ok(gt_reading_upload(&w.kit.till, &w.kit.handheld, 2, &line, 1, &outcome, &again));
    assert_int_equal(line.outcome, GT_OUT_READING_WAITS);
    w.next = GT_UP_OK;
}

static void a_late_refusal_is_not_of_what_was_confirmed_since(void **state)
{
    (void)state;
    w.tasks = 1;
    w.refuses = 1;
    w.meanwhile = refused_and_confirmed;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(read_one(1, "T001", LAST + 1), GT_OUT_READING_WAITS);
    assert_int_equal(look(&w.kit.handheld)->tasks[0].confirmed, 1);
    w.refuses = 0;
    assert_int_equal(work(600000), 1);
    assert_int_equal(look(&w.kit.handheld)->tasks[0].state, GT_READING_ACCEPTED);
}

static void a_clock_that_is_wrong_is_not_believed(void **state)
{
    static const int64_t days[] = {-20000, -63, 1};

    (void)state;
    w.tasks = 4;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    for (int i = 0; i < 4; i++) {
        char task_no[16];
        int64_t at = w.kit.now + (i < 3 ? days[i] : -30) * 86400000;

        snprintf(task_no, sizeof(task_no), "T%03d", i + 1);
        put(0, task_no, LAST + 1);
        lines[0].read_at = at;
        assert_int_equal(upload(&w.kit.handheld, i + 1, 1), GT_OUT_OK);
        assert_int_equal(look(&w.kit.handheld)->tasks[i].read_at, i < 3 ? w.kit.now : at);
    }
}

static void what_came_is_told_though_the_rest_did_not(void **state)
{
    (void)state;
    w.tasks = GT_TASKS_MAX + 3;
    w.page_down = true;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_true(part);
    assert_int_equal(look(&w.kit.handheld)->round.tasks, GT_TASKS_MAX);
    w.page_down = false;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_false(part);
    assert_int_equal(look(&w.kit.handheld)->round.tasks, w.tasks);
}

static void a_period_is_a_month(void **state)
{
    static const int64_t wrong[] = {0, 202613, 11, 20261322, 2026112200};

    (void)state;
    w.tasks = 1;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        w.period = wrong[i];
        assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
        assert_int_equal(look(&w.kit.handheld)->n, 0);
    }
    w.period = 20261122;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(look(&w.kit.handheld)->round.period, 202611);
}

/* Two periods have a task of one number: a line with its round is for that one. */
static void a_task_is_one_of_its_round(void **state)
{
    int64_t first;

    (void)state;
    w.tasks = 1;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    first = look(&w.kit.handheld)->round.id;
    w.period = 202612;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_not_equal(look(&w.kit.handheld)->round.id, first);
    put(0, "T001", LAST + 1);
    lines[0].round_id = first;
    assert_int_equal(upload(&w.kit.handheld, 1, 1), GT_OUT_OK);
    assert_int_equal(lines[0].outcome, GT_OUT_OK);
    assert_int_equal(look(&w.kit.handheld)->tasks[0].state, GT_READING_OPEN);
    assert_int_equal(read_one(2, "T001", LAST + 1), GT_OUT_OK); /* the newest */
    assert_int_equal(look(&w.kit.handheld)->tasks[0].state, GT_READING_ACCEPTED);
}

static void what_looks_odd_is_confirmed(void **state)
{
    (void)state;
    w.tasks = 2;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(read_one(1, "T001", LAST - 1), GT_OUT_READING_BELOW);
    assert_int_equal(read_one(1, "T002", LAST + 3 * USUAL + 100), GT_OUT_READING_FAR);
    assert_int_equal(look(&w.kit.handheld)->counts[GT_READING_OPEN], 2);
    assert_int_equal(w.calls, 0);
    assert_int_equal(read_one(2, "T002", LAST + 3 * USUAL), GT_OUT_OK);
    put(0, "T001", LAST - 1);
    lines[0].confirmed = true;
    assert_int_equal(upload(&w.kit.handheld, 1, 1), GT_OUT_OK); /* nothing came under 1 */
    assert_int_equal(lines[0].outcome, GT_OUT_OK);
    assert_int_equal(look(&w.kit.handheld)->tasks[0].confirmed, 1);
}

static void a_trace_number_means_one_message(void **state)
{
    (void)state;
    w.tasks = 3;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(read_one(1, "T001", LAST + 1), GT_OUT_OK);
    put(0, "T001", LAST + 2);
    assert_int_equal(upload(&w.kit.handheld, 1, 1), GT_OUT_TRACE_REUSED);
    put(0, "T001", LAST + 1);
    put(1, "T002", LAST + 1);
    assert_int_equal(upload(&w.kit.handheld, 1, 2), GT_OUT_TRACE_REUSED);
    put(0, "T002", LAST + 1);
    assert_int_equal(upload(&w.kit.handheld, 1, 1), GT_OUT_TRACE_REUSED);
    assert_int_equal(look(&w.kit.handheld)->counts[GT_READING_OPEN], 2);
    /* Nor can a sale have it, nor an upload that of a sale. */
    kit_recharge(&w.kit, 1, "3000000001", 1000)->actor = &w.kit.handheld;
    assert_int_equal(kit_run(&w.kit), GT_OUT_TRACE_REUSED);
    kit_recharge(&w.kit, 5, "3000000001", 1000)->actor = &w.kit.handheld;
    assert_int_equal(kit_run(&w.kit), GT_OUT_OK);
    put(0, "T002", LAST + 1);
    assert_int_equal(upload(&w.kit.handheld, 5, 1), GT_OUT_TRACE_REUSED);
}

static void a_terminal_that_may_not_reads_nothing(void **state)
{
    struct gt_actor actor = w.kit.handheld;

    (void)state;
    w.tasks = 1;
    actor.terminal.ops = 1 << GT_OP_PAY;
    assert_int_equal(fetch(&actor, "R1"), GT_OUT_OP_NOT_ALLOWED);
    put(0, "T001", LAST);
    assert_int_equal(upload(&actor, 1, 1), GT_OUT_OP_NOT_ALLOWED);
    actor.terminal.ops |= INT64_C(1) << GT_OP_READING;
    assert_int_equal(fetch(&actor, "R1"), GT_OUT_OK);
}

static void what_is_found_by_its_text(void **state)
{
    struct look *l;

    (void)state;
    w.tasks = 30;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    l = look(&w.kit.handheld);
    l->text = "客户2";
    assert_ok(gt_db_read(w.kit.till.db, "look", look_in, l));
    assert_int_equal(l->ntasks, 11); /* 2, 20 … 29 */
    l->after = l->tasks[0].seq;
    assert_ok(gt_db_read(w.kit.till.db, "look", look_in, l));
    assert_int_equal(l->ntasks, 10);
    l->text = "1000000007";
    l->after = 0;
    assert_ok(gt_db_read(w.kit.till.db, "look", look_in, l));
    assert_int_equal(l->ntasks, 1);
}

static void old_readings_go(void **state)
{
    int64_t n = 0;

    (void)state;
    w.tasks = 3;
    assert_int_equal(fetch(&w.kit.handheld, "R1"), GT_OUT_OK);
    assert_int_equal(read_one(1, "T001", LAST + 1), GT_OUT_OK);
    assert_ok(gt_reading_sweep(&w.kit.till, &n));
    assert_int_equal(n, 0);
    w.kit.now += INT64_C(450) * 86400000;
    assert_ok(gt_reading_sweep(&w.kit.till, &n));
    assert_int_equal(n, 3);
    assert_ok(gt_reading_sweep(&w.kit.till, &n));
    assert_int_equal(n, 0);
    assert_int_equal(look(&w.kit.handheld)->n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tasks_come_page_by_page_and_once, setup, teardown),
        cmocka_unit_test_setup_teardown(open_tasks_take_what_has_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_to_something_else_is_asked_for_once_more, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(who_is_given_a_route_is_its_reader, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_again_is_harmless, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_reply_is_sent_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_could_not_be_sent_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(one_of_many_is_refused_and_read_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_digested_holds_up_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(what_waits_in_vain_may_be_corrected, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_is_wrong_is_not_believed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_came_is_told_though_the_rest_did_not, setup, teardown),
        cmocka_unit_test_setup_teardown(a_period_is_a_month, setup, teardown),
        cmocka_unit_test_setup_teardown(a_task_is_one_of_its_round, setup, teardown),
        cmocka_unit_test_setup_teardown(a_late_refusal_is_not_of_what_was_confirmed_since, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_looks_odd_is_confirmed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_trace_number_means_one_message, setup, teardown),
        cmocka_unit_test_setup_teardown(a_terminal_that_may_not_reads_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_found_by_its_text, setup, teardown),
        cmocka_unit_test_setup_teardown(old_readings_go, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
