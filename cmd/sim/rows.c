/*
 * Statements of the stand-in; see rows.h.  Failures stick to the transaction, so nothing here
 * returns one.
 */
#include "rows.h"

#include <string.h>

/* --- customers */

GT_STMT(sim_customer_find,
        "SELECT number, kind, opened, card, purchase_count, written, inserted, written_back,"
        " purchase, packet, advance, balance FROM gt_sim_customer WHERE number = ?");
GT_STMT(sim_customer_insert,
        "INSERT INTO gt_sim_customer (number, kind, opened, card, purchase_count, written,"
        " inserted, written_back, advance, balance) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0)");
GT_STMT(sim_customer_save,
        "UPDATE gt_sim_customer SET opened = ?, card = ?, purchase_count = ?, written = ?,"
        " inserted = ?, written_back = ?, purchase = ?, packet = ?, advance = ?, balance = ?"
        " WHERE number = ?");

bool gt_sim_customer_find(struct gt_tx *tx, const char *number, struct gt_sim_customer *c)
{
    if (!gt_tx_one(tx, &sim_customer_find, GT_TEXT(number))) {
        return false;
    }
    *c = (struct gt_sim_customer){0};
    gt_col_text(tx, c->number, sizeof(c->number));
    c->kind = gt_col_int(tx);
    c->opened = gt_col_int(tx);
    gt_col_text(tx, c->card, sizeof(c->card));
    c->count = gt_col_int(tx);
    c->written = gt_col_int(tx);
    c->inserted = gt_col_int(tx);
    c->written_back = gt_col_int(tx);
    gt_col_text(tx, c->purchase, sizeof(c->purchase));
    gt_col_text(tx, c->packet, sizeof(c->packet));
    c->advance = gt_col_int(tx);
    c->balance = gt_col_int(tx);
    return true;
}

bool gt_sim_customer_touch(struct gt_tx *tx, const char *number, struct gt_sim_customer *c)
{
    if (gt_sim_customer_find(tx, number, c)) {
        return true;
    }
    struct gt_sim_person who;
    if (gt_tx_err(tx) || !gt_sim_person_make(number, &who)) {
        return false;
    }
    bool used = who.kind == GT_SIM_CARD && who.opened; /* count 1, written and inserted */
    *c = (struct gt_sim_customer){.kind = (int64_t)who.kind,
                                  .opened = who.opened,
                                  .count = used,
                                  .written = 1,
                                  .inserted = used};
    memcpy(c->number, who.number, sizeof(c->number));
    memcpy(c->card, who.card, sizeof(c->card));
    gt_tx_exec(tx, &sim_customer_insert, GT_TEXT(c->number), GT_INT(c->kind), GT_INT(c->opened),
               GT_TEXT(c->card), GT_INT(c->count), GT_INT(c->written), GT_INT(c->inserted));
    if (*c->card) {
        gt_sim_card_issue(tx, c->card, c->number);
    }
    for (int i = 0; i < who.nbills; i++) {
        gt_sim_bill_add(tx, c->number, &who.bills[i], "");
    }
    return gt_tx_err(tx) == GT_OK;
}

void gt_sim_customer_save(struct gt_tx *tx, const struct gt_sim_customer *c)
{
    gt_tx_exec(tx, &sim_customer_save, GT_INT(c->opened), GT_TEXT(c->card), GT_INT(c->count),
               GT_INT(c->written), GT_INT(c->inserted), GT_INT(c->written_back),
               GT_TEXT(c->purchase), GT_TEXT(c->packet), GT_INT(c->advance), GT_INT(c->balance),
               GT_TEXT(c->number));
}

/* --- cards */

GT_STMT(sim_card_find, "SELECT customer, replaced FROM gt_sim_card WHERE serial = ?");
GT_STMT(sim_card_insert, "INSERT INTO gt_sim_card (serial, customer, replaced) VALUES (?, ?, 0)");
GT_STMT(sim_card_replace, "UPDATE gt_sim_card SET replaced = 1 WHERE serial = ?");
GT_STMT(sim_card_delete, "DELETE FROM gt_sim_card WHERE serial = ?");

bool gt_sim_card_owner(struct gt_tx *tx, const char *serial, char owner[GT_SG_KEY_MAX],
                       bool *replaced)
{
    *replaced = false;
    if (gt_tx_one(tx, &sim_card_find, GT_TEXT(serial))) {
        gt_col_text(tx, owner, GT_SG_KEY_MAX);
        *replaced = gt_col_int(tx) != 0;
        return true;
    }
    /* A card that was delivered has no row until its customer is touched. */
    struct gt_sim_person who;
    if (serial[0] != 'C' || !gt_sim_person_make(serial + 1, &who) ||
        strcmp(who.card, serial) != 0) {
        return false;
    }
    memcpy(owner, who.number, GT_SG_KEY_MAX);
    return true;
}

void gt_sim_card_issue(struct gt_tx *tx, const char *serial, const char *customer)
{
    gt_tx_exec(tx, &sim_card_insert, GT_TEXT(serial), GT_TEXT(customer));
}

void gt_sim_card_replace(struct gt_tx *tx, const char *serial)
{
    gt_tx_exec(tx, &sim_card_replace, GT_TEXT(serial));
}

void gt_sim_card_withdraw(struct gt_tx *tx, const char *serial)
{
    gt_tx_exec(tx, &sim_card_delete, GT_TEXT(serial));
}

/* --- bills */

GT_STMT(sim_bills_due,
        "SELECT {top 36} number, period, kwh, amount, late_fee FROM gt_sim_bill"
        " WHERE customer = ? AND paid_by IS NULL ORDER BY period, number {limit 36}");
GT_STMT(sim_bills_paid, "SELECT {top 36} number, period, kwh, amount, late_fee FROM gt_sim_bill"
                        " WHERE paid_by = ? ORDER BY period, number {limit 36}");
GT_STMT(sim_bill_any, "SELECT {top 1} 1 FROM gt_sim_bill WHERE customer = ? {limit 1}");
GT_STMT(sim_bill_any_due, "SELECT {top 1} 1 FROM gt_sim_bill WHERE customer = ?"
                          " AND paid_by IS NULL {limit 1}");
GT_STMT(sim_bill_known, "SELECT 1 FROM gt_sim_bill WHERE number = ? AND customer = ?");
GT_STMT(sim_bill_insert,
        "INSERT INTO gt_sim_bill (number, customer, period, kwh, amount, late_fee, paid_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)");
GT_STMT(sim_bill_settle, "UPDATE gt_sim_bill SET paid_by = ? WHERE number = ? AND paid_by IS NULL");
GT_STMT(sim_bill_reopen, "UPDATE gt_sim_bill SET paid_by = NULL WHERE paid_by = ?");

static int read_bills(struct gt_tx *tx, const struct gt_stmt *const *stmt, const char *key,
                      struct gt_sg_bill *bills)
{
    int n = 0;
    gt_tx_query(tx, stmt, GT_TEXT(key));
    while (n < GT_SG_BILLS_MAX && gt_tx_next(tx)) {
        struct gt_sg_bill *b = &bills[n++];
        gt_col_text(tx, b->number, sizeof(b->number));
        b->period = gt_col_int(tx);
        b->kwh = gt_col_int(tx);
        b->amount = gt_col_int(tx);
        b->late_fee = gt_col_int(tx);
    }
    return n;
}

int gt_sim_bills_due(struct gt_tx *tx, const char *customer, struct gt_sg_bill *bills)
{
    return read_bills(tx, &sim_bills_due, customer, bills);
}

int gt_sim_bills_paid_by(struct gt_tx *tx, const char *serial, struct gt_sg_bill *bills)
{
    return read_bills(tx, &sim_bills_paid, serial, bills);
}

bool gt_sim_bill_any(struct gt_tx *tx, const char *customer)
{
    return gt_tx_one(tx, &sim_bill_any, GT_TEXT(customer));
}

bool gt_sim_in_arrears(struct gt_tx *tx, const char *customer)
{
    return gt_tx_one(tx, &sim_bill_any_due, GT_TEXT(customer));
}

bool gt_sim_bill_known(struct gt_tx *tx, const char *customer, const char *number)
{
    return gt_tx_one(tx, &sim_bill_known, GT_TEXT(number), GT_TEXT(customer));
}

void gt_sim_bill_add(struct gt_tx *tx, const char *customer, const struct gt_sg_bill *bill,
                     const char *paid_by)
{
    gt_tx_exec(tx, &sim_bill_insert, GT_TEXT(bill->number), GT_TEXT(customer), GT_INT(bill->period),
               GT_INT(bill->kwh), GT_INT(bill->amount), GT_INT(bill->late_fee), GT_TEXT(paid_by));
}

void gt_sim_bill_settle(struct gt_tx *tx, const char *number, const char *serial)
{
    if (gt_tx_exec(tx, &sim_bill_settle, GT_TEXT(serial), GT_TEXT(number)) != 1) {
        (void)gt_tx_fail(tx, GT_ERR_CHANGED);
    }
}

void gt_sim_bill_reopen(struct gt_tx *tx, const char *serial)
{
    gt_tx_exec(tx, &sim_bill_reopen, GT_TEXT(serial));
}

/* --- transactions */

#define TXN_COLS                                                                        \
    "serial, op, customer, orig_serial, amount, fee, method, operator_no, terminal_no," \
    " biz_date, up_date, done_at, state, code, note, purchase_count, advance_part,"     \
    " packet_serial, packet_amount, packet_kind, random, lines, planted"

GT_STMT(sim_txn_known, "SELECT 1 FROM gt_sim_txn WHERE serial = ?");
GT_STMT(sim_txn_find, "SELECT " TXN_COLS " FROM gt_sim_txn WHERE serial = ?");
GT_STMT(sim_txn_page, "SELECT {top 500} " TXN_COLS
                      " FROM gt_sim_txn WHERE serial > ? ORDER BY serial {limit 500}");
GT_STMT(sim_txn_insert, "INSERT INTO gt_sim_txn (" TXN_COLS ") VALUES"
                        " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
GT_STMT(sim_txn_reverse,
        "UPDATE gt_sim_txn SET state = 3, lines = 0 WHERE serial = ? AND state = 1");

static void read_txn(struct gt_tx *tx, struct gt_sim_txn *t)
{
    gt_col_text(tx, t->serial, sizeof(t->serial));
    t->op = gt_col_int(tx);
    gt_col_text(tx, t->customer, sizeof(t->customer));
    gt_col_text(tx, t->orig_serial, sizeof(t->orig_serial));
    t->amount = gt_col_int(tx);
    t->fee = gt_col_int(tx);
    gt_col_text(tx, t->method, sizeof(t->method));
    gt_col_text(tx, t->operator_no, sizeof(t->operator_no));
    gt_col_text(tx, t->terminal_no, sizeof(t->terminal_no));
    t->biz_date = gt_col_int(tx);
    t->up_date = gt_col_int(tx);
    t->done_at = gt_col_int(tx);
    t->state = gt_col_int(tx);
    t->code = gt_col_int(tx);
    gt_col_text(tx, t->note, sizeof(t->note));
    t->count = gt_col_int(tx);
    t->advance_part = gt_col_int(tx);
    gt_col_text(tx, t->packet_serial, sizeof(t->packet_serial));
    t->packet_amount = gt_col_int(tx);
    t->packet_kind = gt_col_int(tx);
    gt_col_text(tx, t->random, sizeof(t->random));
    t->lines = gt_col_int(tx);
    t->planted = gt_col_int(tx);
}

bool gt_sim_txn_known(struct gt_tx *tx, const char *serial)
{
    return gt_tx_one(tx, &sim_txn_known, GT_TEXT(serial));
}

bool gt_sim_txn_find(struct gt_tx *tx, const char *serial, struct gt_sim_txn *txn)
{
    if (!gt_tx_one(tx, &sim_txn_find, GT_TEXT(serial))) {
        return false;
    }
    read_txn(tx, txn);
    return true;
}

void gt_sim_txn_insert(struct gt_tx *tx, const struct gt_sim_txn *t)
{
    gt_tx_exec(tx, &sim_txn_insert, GT_TEXT(t->serial), GT_INT(t->op), GT_TEXT(t->customer),
               GT_TEXT(t->orig_serial), GT_INT(t->amount), GT_INT(t->fee), GT_TEXT(t->method),
               GT_TEXT(t->operator_no), GT_TEXT(t->terminal_no), GT_INT(t->biz_date),
               GT_INT(t->up_date), GT_INT(t->done_at), GT_INT(t->state), GT_INT(t->code),
               GT_TEXT(t->note), GT_INT(t->count), GT_INT(t->advance_part),
               GT_TEXT(t->packet_serial), GT_INT(t->packet_amount), GT_INT(t->packet_kind),
               GT_TEXT(t->random), GT_INT(t->lines), GT_INT(t->planted));
}

void gt_sim_txn_reverse(struct gt_tx *tx, const char *serial)
{
    if (gt_tx_exec(tx, &sim_txn_reverse, GT_TEXT(serial)) != 1) {
        (void)gt_tx_fail(tx, GT_ERR_CHANGED);
    }
}

int gt_sim_txn_page(struct gt_tx *tx, const char *after, struct gt_sim_txn *page, int max)
{
    int n = 0;
    /* An empty text would be NULL; a blank stands before every serial. */
    gt_tx_query(tx, &sim_txn_page, GT_TEXT(*after ? after : " "));
    while (n < max && gt_tx_next(tx)) {
        read_txn(tx, &page[n++]);
    }
    return n;
}

/* --- days */

/* What brings in money: pay, recharge, open, replace.  Those taken back have no line. */
#define HAS_LINES " lines > 0 AND state <> 2 AND op IN (1, 2, 3, 4)"

GT_STMT(sim_day_page, "SELECT {top 500} " TXN_COLS " FROM gt_sim_txn WHERE serial > ?"
                      " AND up_date = ? AND" HAS_LINES " ORDER BY serial {limit 500}");
GT_STMT(sim_day_lines,
        "SELECT CAST(SUM(lines) AS BIGINT) FROM gt_sim_txn WHERE up_date = ? AND" HAS_LINES);
GT_STMT(sim_day_sums, "SELECT CAST(SUM(lines) AS BIGINT),"
                      " CAST(SUM((amount + fee) * lines) AS BIGINT) FROM gt_sim_txn"
                      " WHERE up_date = ? AND state = 1 AND" HAS_LINES);
GT_STMT(sim_txn_plant, "UPDATE gt_sim_txn SET up_date = ?, amount = ?, state = ?, lines = ?,"
                       " planted = ? WHERE serial = ?");
GT_STMT(sim_txn_lose, "DELETE FROM gt_sim_txn WHERE serial = ?");

int gt_sim_day_page(struct gt_tx *tx, int64_t date, const char *after, struct gt_sim_txn *page,
                    int max)
{
    int n = 0;
    gt_tx_query(tx, &sim_day_page, GT_TEXT(*after ? after : " "), GT_INT(date));
    while (n < max && gt_tx_next(tx)) {
        read_txn(tx, &page[n++]);
    }
    return n;
}

void gt_sim_day_sums(struct gt_tx *tx, int64_t date, int64_t *lines, int64_t *count,
                     int64_t *amount)
{
    *lines = gt_tx_one(tx, &sim_day_lines, GT_INT(date)) ? gt_col_int(tx) : 0;
    *count = *amount = 0;
    if (gt_tx_one(tx, &sim_day_sums, GT_INT(date))) {
        *count = gt_col_int(tx);
        *amount = gt_col_int(tx);
    }
}

void gt_sim_txn_plant(struct gt_tx *tx, const struct gt_sim_txn *t)
{
    gt_tx_exec(tx, &sim_txn_plant, GT_INT(t->up_date), GT_INT(t->amount), GT_INT(t->state),
               GT_INT(t->lines), GT_INT(t->planted), GT_TEXT(t->serial));
}

void gt_sim_txn_lose(struct gt_tx *tx, const char *serial)
{
    gt_tx_exec(tx, &sim_txn_lose, GT_TEXT(serial));
}

/* --- the fault */

GT_STMT(sim_fault_find, "SELECT kind, operation, rate FROM gt_sim_fault WHERE id = 1");
GT_STMT(sim_fault_clear, "DELETE FROM gt_sim_fault WHERE id = ?");
GT_STMT(sim_fault_insert,
        "INSERT INTO gt_sim_fault (id, kind, operation, rate) VALUES (1, ?, ?, ?)");

bool gt_sim_fault_find(struct gt_tx *tx, char kind[17], char operation[17], int64_t *rate)
{
    if (!gt_tx_one0(tx, &sim_fault_find)) {
        return false;
    }
    gt_col_text(tx, kind, 17);
    gt_col_text(tx, operation, 17);
    *rate = gt_col_int(tx);
    return gt_tx_err(tx) == GT_OK;
}

void gt_sim_fault_store(struct gt_tx *tx, const char *kind, const char *operation, int64_t rate)
{
    gt_sim_fault_clear(tx);
    gt_tx_exec(tx, &sim_fault_insert, GT_TEXT(kind), GT_TEXT(operation), GT_INT(rate));
}

void gt_sim_fault_clear(struct gt_tx *tx)
{
    gt_tx_exec(tx, &sim_fault_clear, GT_INT(1));
}
