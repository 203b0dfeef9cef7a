/*
 * The platform that the tests of the till run on.
 */
#include "till_kit.h"

#include "access/credential.h"
#include "till/account.h"
#include "till/ledger.h"

/* --- clock and marketing system --------------------------------------------------------------- */

static int64_t kit_now(void *ctx)
{
    return ((struct kit *)ctx)->now;
}

static void kit_sleep(void *ctx, int64_t ms)
{
    ((struct kit *)ctx)->now += ms;
}

static bool up_serves(void *ctx, const char *customer_no)
{
    (void)ctx;
    return customer_no[0] >= '1' && customer_no[0] <= '3';
}

static enum gt_err up_admit(void *ctx, int64_t wait_ms)
{
    (void)wait_ms;
    return ((struct kit *)ctx)->up.down ? GT_ERR_BUSY : GT_OK;
}

static void up_leave(void *ctx)
{
    (void)ctx;
}

static void up_done(const struct kit_up *up, const struct gt_up_request *request,
                    struct gt_up_reply *reply)
{
    snprintf(reply->customer_name, sizeof(reply->customer_name), "%s", "张小三");
    snprintf(reply->ref, sizeof(reply->ref), "U%s", request->serial);
    reply->up_date = KIT_DATE;
    reply->count = up->count;
    if (up->packet && request->op != GT_UP_CONFIRM) {
        reply->packet = (struct gt_card_packet){.present = true, .count = up->count};
        snprintf(reply->packet.data, sizeof(reply->packet.data), "%s", "0badcafe");
        snprintf(reply->packet.mac[0], sizeof(reply->packet.mac[0]), "%s", "a1b2c3d4");
    }
    reply->advance_part = up->advance;
    reply->nbills = request->op == GT_UP_PAY ? up->nbills : 0;
    for (int i = 0; i < reply->nbills; i++) {
        snprintf(reply->bills[i].bill_no, sizeof(reply->bills[i].bill_no), "B%d", i);
        reply->bills[i].amount = 100;
    }
}

static void up_call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                    struct gt_up_reply *reply)
{
    struct kit_up *up = &((struct kit *)ctx)->up;

    (void)limit_ms;
    memset(reply, 0, sizeof(*reply));
    up->last = *request;
    reply->class = up->next;
    reply->outcome = up->refusal;
    if (up->raw)
        snprintf(reply->raw, sizeof(reply->raw), "%s", up->raw);
    if (request->op == GT_UP_INQUIRE) {
        up->inquiries++;
        reply->class = GT_UP_OK;
        reply->fate = (typeof(reply->fate))up->fate;
        if (up->fate == GT_UP_FATE_POSTED)
            up_done(up, request, reply);
        return;
    }
    up->calls++;
    if (up->next == GT_UP_OK)
        up_done(up, request, reply);
    else if (up->next == GT_UP_REFUSED)
        snprintf(reply->text, sizeof(reply->text), "%s", "上级拒绝的原因");
    else if (up->next == GT_UP_NOT_SENT)
        reply->outcome = GT_OUT_UPSTREAM_NOT_REACHED;
}

/* --- the platform --------------------------------------------------------------------------------
 */

static void add_org(struct gt_tx *tx, int64_t id, const char *parent, const char *code, int kind)
{
    struct gt_org org = {.id = id, .kind = kind};

    snprintf(org.code, sizeof(org.code), "%s", code);
    snprintf(org.name, sizeof(org.name), "机构 %s", code);
    gt_tx_fail(tx, gt_org_add(tx, parent, &org));
}

static void add_user(struct gt_tx *tx, int64_t id, const char *no, int64_t org_id,
                     int64_t account_id, int64_t owner_id, int64_t role_id, int kind)
{
    struct gt_user user = {.id = id, .org_id = org_id, .account_id = account_id};
    struct gt_account account = {.id = account_id,
                                 .kind = kind,
                                 .owner_id = owner_id,
                                 .org_id = org_id,
                                 .credit_limit = KIT_LIMIT};

    snprintf(user.login, sizeof(user.login), "u%s", no);
    snprintf(user.operator_no, sizeof(user.operator_no), "%s", no);
    snprintf(user.name, sizeof(user.name), "%s", "收费员");
    gt_tx_fail(tx, gt_user_add(tx, &user));
    gt_tx_fail(tx, gt_credential_set(tx, id, "", true, 0));
    gt_tx_fail(tx, gt_grant_add(tx, id, id, role_id, org_id, 0, 0));
    gt_tx_fail(tx, gt_account_add(tx, &account));
}

static void add_terminal(struct gt_tx *tx, int64_t id, const char *no)
{
    struct gt_terminal terminal = {.id = id, .org_id = 2, .kind = GT_TERMINAL_POS};

    snprintf(terminal.terminal_no, sizeof(terminal.terminal_no), "%s", no);
    snprintf(terminal.secret, sizeof(terminal.secret), "%s", "hidden");
    gt_tx_fail(tx, gt_terminal_add(tx, &terminal));
}

static enum gt_err populate(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_tx_fail(tx, gt_state_create(tx, KIT_DATE, -1));
    gt_tx_fail(tx, gt_roles_ensure(tx));
    add_org(tx, 1, "", "bureau", GT_ORG_BUREAU);
    add_org(tx, 2, "bureau", "county", GT_ORG_COUNTY);
    add_org(tx, 3, "county", "station", GT_ORG_STATION);
    add_org(tx, 4, "county", "agent", GT_ORG_AGENT);
    add_user(tx, 1, "900001", 3, 1, 1, GT_ROLE_CASHIER, GT_ACCOUNT_CASHIER);
    add_user(tx, 2, "900002", 4, 2, 4, GT_ROLE_AGENT, GT_ACCOUNT_AGENT);
    add_terminal(tx, 1, "T1");
    add_terminal(tx, 2, "T2");
    return gt_tx_err(tx);
}

static enum gt_err load_actors(struct gt_tx *tx, void *arg)
{
    struct kit *kit = arg;

    assert_true(gt_actor_load(tx, "T1", "900001", &kit->cashier));
    assert_true(gt_actor_load(tx, "T2", "900001", &kit->handheld));
    assert_true(gt_actor_load(tx, "T1", "900002", &kit->agent));
    return gt_tx_err(tx);
}

void kit_start(struct kit *kit)
{
    char sql[UNIT_PATH_MAX];
    struct gt_db_conf conf = {.inline_mode = true, .create = true, .sync = GT_DB_RELAXED};
    int applied;

    memset(kit, 0, sizeof(*kit));
    memset(kit->key, 7, sizeof(kit->key));
    unit_folder(kit->folder);
    snprintf(kit->path, sizeof(kit->path), "%s/till.db", kit->folder);
    server_start(&kit->server);
    conf.path = kit->path;
    conf.connection = server_string(&kit->server);
    conf.together = true; /* on a server as the handlers do it */
    conf.seal_key = kit->key;
    kit->now = INT64_C(1795327200000); /* 2026-11-22 14:00 at +08:00 */
    kit->clock = (struct gt_clock){kit_now, kit_now, kit_sleep, kit};
    kit->upstream = (struct gt_upstream){.name = "sg186",
                                         .ctx = kit,
                                         .grace_ms = 30000,
                                         .serves = up_serves,
                                         .admit = up_admit,
                                         .leave = up_leave,
                                         .call = up_call};
    kit->upstreams = (struct gt_upstreams){&kit->upstream, 1};
    kit->till = (struct gt_till){.clock = &kit->clock,
                                 .upstreams = &kit->upstreams,
                                 .tz_minutes = 480,
                                 .answer_ms = 8000,
                                 .slot_wait_ms = 10,
                                 .lease_ms = 10000};
    assert_ok(gt_db_open(&conf, &kit->till.db));
    assert_ok(gt_migrate(kit->till.db, unit_source("sql", sql), &applied));
    assert_ok(gt_keysrc_new(kit->till.db, 100, &kit->till.keys));
    assert_ok(gt_db_transact(kit->till.db, "populate", populate, NULL));
    assert_ok(gt_db_read(kit->till.db, "actors", load_actors, kit));
}

void kit_stop(struct kit *kit)
{
    gt_keysrc_free(kit->till.keys);
    gt_db_close(kit->till.db);
    server_stop(&kit->server);
    unit_remove(kit->folder);
}

/* --- orders
 * ---------------------------------------------------------------------------------------- */

static struct gt_order *order_new(struct kit *kit, enum gt_op op, int64_t trace_no,
                                  const char *customer_no, int64_t amount)
{
    kit->order =
        (struct gt_order){.op = op, .actor = &kit->cashier, .trace_no = trace_no, .amount = amount};
    snprintf(kit->order.customer_no, sizeof(kit->order.customer_no), "%s", customer_no);
    snprintf(kit->order.method, sizeof(kit->order.method), "%s", "cash");
    return &kit->order;
}

static void order_card(struct gt_order *order, int64_t count, const char *return_file)
{
    struct gt_card_read *card = &order->card;

    card->present = true;
    card->count = count;
    snprintf(card->card_no, sizeof(card->card_no), "%s", "C2000000001");
    snprintf(card->meter_no, sizeof(card->meter_no), "%s", "M2000000001");
    snprintf(card->return_file, sizeof(card->return_file), "%s", return_file);
    snprintf(card->random, sizeof(card->random), "%s", "00112233");
}

struct gt_order *kit_recharge(struct kit *kit, int64_t trace_no, const char *customer_no,
                              int64_t amount)
{
    return order_new(kit, GT_OP_RECHARGE, trace_no, customer_no, amount);
}

struct gt_order *kit_pay(struct kit *kit, int64_t trace_no, const char *customer_no, int64_t amount)
{
    return order_new(kit, GT_OP_PAY, trace_no, customer_no, amount);
}

struct gt_order *kit_card_recharge(struct kit *kit, int64_t trace_no, int64_t count,
                                   const char *return_file, int64_t amount)
{
    order_new(kit, GT_OP_RECHARGE, trace_no, "2000000001", amount);
    order_card(&kit->order, count, return_file);
    kit->up.packet = true;
    kit->up.count = count + 1;
    return &kit->order;
}

struct gt_order *kit_reverse(struct kit *kit, int64_t trace_no, int64_t orig_id, int64_t amount)
{
    order_new(kit, GT_OP_REVERSE, trace_no, "3000000001", amount);
    kit->order.orig_id = orig_id;
    kit->order.method[0] = '\0';
    kit->up.packet = false;
    return &kit->order;
}

struct gt_order *kit_confirm(struct kit *kit, int64_t trace_no, int64_t orig_id, bool written)
{
    order_new(kit, GT_OP_CONFIRM, trace_no, "", 0);
    kit->order.orig_id = orig_id;
    kit->order.written = written;
    kit->order.method[0] = '\0';
    return &kit->order;
}

struct gt_order *kit_rewrite(struct kit *kit, int64_t trace_no, int64_t orig_id, int64_t count)
{
    order_new(kit, GT_OP_REWRITE, trace_no, "", 0);
    kit->order.orig_id = orig_id;
    kit->order.method[0] = '\0';
    order_card(&kit->order, count, "");
    kit->up.packet = true;
    kit->up.count = count + 1;
    return &kit->order;
}

enum gt_outcome kit_run(struct kit *kit)
{
    assert_ok(gt_till_run(&kit->till, &kit->order, &kit->result));
    return kit->result.outcome;
}

struct gt_credit kit_credit(struct kit *kit, const struct gt_actor *actor)
{
    struct gt_credit credit;

    assert_ok(gt_till_credit(&kit->till, actor, &credit));
    return credit;
}

void kit_work(struct kit *kit, int64_t ms)
{
    int looked;

    kit->now += ms;
    assert_ok(gt_resolve_due(&kit->till, 50, 1000, &looked));
}

static void say_difference(void *ctx, const char *object, const char *what)
{
    (void)ctx;
    print_message("%s: %s\n", object, what);
}

void kit_books_agree(struct kit *kit)
{
    struct gt_check_sums sums;

    assert_ok(gt_check_books(kit->till.db, say_difference, NULL, &sums));
    assert_int_equal(sums.differences, 0);
}

struct pay_in {
    struct kit *kit;
    struct gt_bag bag;
    int64_t amount;
};

static enum gt_err pay_in_commit(struct gt_tx *tx, void *arg)
{
    struct pay_in *p = arg;
    struct gt_account account;

    gt_bag_rewind(&p->bag);
    assert_true(gt_row_find(tx, &gt_account_row, p->kit->cashier.user.account_id, &account));
    gt_ledger_pay_in(tx, &account, p->amount, KIT_DATE, p->kit->now, &p->bag);
    gt_row_save(tx, &gt_account_row, &account);
    return gt_tx_err(tx);
}

void kit_pay_in(struct kit *kit, int64_t amount)
{
    struct pay_in p = {.kit = kit, .amount = amount};

    assert_ok(gt_bag_fill(kit->till.keys, GT_LEDGER_KEYS, &p.bag));
    assert_ok(gt_db_transact(kit->till.db, "pay_in", pay_in_commit, &p));
}
