/*
 * Statements of account, from balances and summaries.
 *
 * Balances know methods but not business, and cash only together with what was remitted; summaries
 * know business but not methods.  What was taken in cash is what was taken less what was taken
 * otherwise.
 */
#include "till/statement.h"

#include "base/clock.h"

#include <string.h>

/* clang-format off */
GT_STMT(statement_before, "SELECT code, CAST(SUM(debit - credit) AS BIGINT) FROM gt_balance "
        "WHERE account_id = ? AND biz_date < ? AND code IN ('cash', 'deposit', 'short') GROUP BY code");
GT_STMT(statement_moves, "SELECT biz_date, code, debit, credit FROM gt_balance "
        "WHERE account_id = ? AND biz_date >= ? AND biz_date <= ? ORDER BY biz_date, code");
GT_STMT(statement_work, "SELECT op, user_id, CAST(SUM(sales) AS BIGINT), CAST(SUM(amount) AS BIGINT), "
        "CAST(SUM(fees) AS BIGINT), CAST(SUM(reversals) AS BIGINT), CAST(SUM(reversed) AS BIGINT) "
        "FROM gt_summary WHERE biz_date = ? AND account_id = ? AND hour IN "
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "GROUP BY op, user_id ORDER BY op, user_id");
/* clang-format on */

#define CLEARING "clearing:"

int64_t gt_work_net(const struct gt_work *work)
{
    return work->amount + work->fees - work->reversed;
}

static void work_add(struct gt_work *to, const struct gt_work *more)
{
    to->sales += more->sales;
    to->amount += more->amount;
    to->fees += more->fees;
    to->reversals += more->reversals;
    to->reversed += more->reversed;
}

static struct gt_statement_person *person_of(struct gt_statement *out, int64_t user_id)
{
    int i = 0;

    while (i < out->npeople && out->person[i].user_id != user_id)
        i++;
    if (i == GT_STATEMENT_PEOPLE)
        out->person[--i].user_id = 0;
    else if (i == out->npeople)
        out->person[out->npeople++].user_id = user_id;
    return &out->person[i];
}

static struct gt_statement_method *method_of(struct gt_tx *tx, struct gt_statement *out,
                                             const char *method)
{
    int i = 0;

    while (i < out->nmethods && strcmp(out->method[i].method, method) != 0)
        i++;
    if (i == GT_STATEMENT_METHODS - 1) { /* a place is left for cash */
        gt_tx_fail(tx, gt_err_set(GT_ERR_TOOBIG, "more methods than a statement has lines"));
        return NULL;
    }
    if (i == out->nmethods)
        GT_FIELD_COPY(out->method[out->nmethods++].method, method);
    return &out->method[i];
}

/* --- what stood before ------------------------------------------------------------------------ */

static void position_move(const char *code, int64_t amount, int64_t *unremitted, int64_t *deposit)
{
    if (strcmp(code, "deposit") == 0)
        *deposit -= amount;
    else if (strcmp(code, "cash") == 0 || strcmp(code, "short") == 0)
        *unremitted += amount;
}

static void read_before(struct gt_tx *tx, int64_t account_id, int64_t from,
                        struct gt_statement *out)
{
    char code[33];

    gt_tx_query(tx, &statement_before, GT_INT(account_id), GT_INT(from));
    while (gt_tx_next(tx)) {
        gt_col_text(tx, code, sizeof(code));
        position_move(code, gt_col_int(tx), &out->unremitted, &out->deposit);
    }
}

/* --- dates ------------------------------------------------------------------------------------ */

/* What was sold and taken back on the date. */
static void read_work(struct gt_tx *tx, int64_t account_id, struct gt_statement *out,
                      struct gt_statement_day *day)
{
    /* The key of summaries goes by hour, then account. */
    struct gt_val vals[2 + 24] = {GT_INT(day->biz_date), GT_INT(account_id)};

    for (int hour = 0; hour < 24; hour++)
        vals[2 + hour] = GT_INT(hour);
    gt_tx_query_(tx, &statement_work, vals, 2 + 24);
    while (gt_tx_next(tx)) {
        struct gt_work work;
        int64_t op = gt_col_int(tx), user_id = gt_col_int(tx);

        work.sales = gt_col_int(tx);
        work.amount = gt_col_int(tx);
        work.fees = gt_col_int(tx);
        work.reversals = gt_col_int(tx);
        work.reversed = gt_col_int(tx);
        work_add(&day->work, &work);
        if (op > 0 && op < GT_OP__MAX)
            work_add(&out->op[op], &work);
        work_add(&person_of(out, user_id)->work, &work);
    }
}

/* A float only changes place: what the safe gave for it is no remittance. */
static bool is_remitted(const char *code)
{
    return strcmp(code, "bank") == 0 || strcmp(code, "float") == 0 ||
           strncmp(code, "safe:", 5) == 0;
}

/* What is given back by the bank.  A refund in cash stands on both sides and leaves nothing. */
static void move_refund(struct gt_tx *tx, struct gt_statement *out, struct gt_statement_day *day,
                        int64_t given)
{
    struct gt_statement_method *method = given ? method_of(tx, out, "transfer") : NULL;

    day->other -= given;
    if (method)
        method->given_back += given;
}

static void move(struct gt_tx *tx, struct gt_statement *out, struct gt_statement_day *day,
                 const char *code, int64_t debit, int64_t credit)
{
    struct gt_statement_method *method;

    position_move(code, debit - credit, &day->unremitted, &day->deposit);
    if (is_remitted(code)) {
        day->remitted += debit - credit;
    } else if (strcmp(code, "over") == 0 || strcmp(code, "loss") == 0 ||
               strcmp(code, "suspense") == 0) {
        day->difference -= debit - credit;
    } else if (strcmp(code, "refund") == 0) {
        move_refund(tx, out, day, credit - debit);
    } else if (strncmp(code, CLEARING, sizeof(CLEARING) - 1) == 0) {
        day->other += debit - credit;
        if ((method = method_of(tx, out, code + sizeof(CLEARING) - 1))) {
            method->taken += debit;
            method->given_back += credit;
        }
    }
}

static void read_moves(struct gt_tx *tx, int64_t account_id, int64_t from, int64_t to,
                       struct gt_statement *out)
{
    char code[33];
    int at = 0;

    gt_tx_query(tx, &statement_moves, GT_INT(account_id), GT_INT(from), GT_INT(to));
    while (gt_tx_next(tx)) {
        int64_t biz_date = gt_col_int(tx);
        gt_col_text(tx, code, sizeof(code));
        int64_t debit = gt_col_int(tx), credit = gt_col_int(tx);

        while (at < out->ndays && out->day[at].biz_date < biz_date)
            at++;
        if (at < out->ndays && out->day[at].biz_date == biz_date)
            move(tx, out, &out->day[at], code, debit, credit);
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool is_empty(const struct gt_statement_day *day)
{
    return !day->work.sales && !day->work.reversals && !day->other && !day->remitted &&
           !day->difference && !day->unremitted && !day->deposit;
}

/* Leaves out dates without anything; from what each moved to what stood at its end. */
static void settle_days(struct gt_statement *out)
{
    int64_t unremitted = out->unremitted, deposit = out->deposit;
    int kept = 0;

    for (int i = 0; i < out->ndays; i++) {
        if (is_empty(&out->day[i]))
            continue;
        unremitted += out->day[i].unremitted;
        deposit += out->day[i].deposit;
        out->day[kept] = out->day[i];
        out->day[kept].unremitted = unremitted;
        out->day[kept++].deposit = deposit;
    }
    out->ndays = kept;
}

/* Cash is what no other method took; it stands first. */
static void settle_cash(struct gt_statement *out)
{
    struct gt_statement_method cash = {.method = "cash"};

    for (int i = 0; i < out->ndays; i++) {
        const struct gt_work *work = &out->day[i].work;
        cash.taken += work->amount + work->fees;
        cash.given_back += work->reversed;
    }
    for (int i = 0; i < out->nmethods; i++) {
        cash.taken -= out->method[i].taken;
        cash.given_back -= out->method[i].given_back;
    }
    if (!cash.taken && !cash.given_back)
        return;
    memmove(&out->method[1], &out->method[0], (size_t)out->nmethods * sizeof(cash));
    out->method[0] = cash;
    out->nmethods++;
}

void gt_statement_read(struct gt_tx *tx, int64_t account_id, int64_t from, int64_t to,
                       struct gt_statement *out)
{
    memset(out, 0, sizeof(*out));
    read_before(tx, account_id, from, out);
    for (int64_t date = from; date <= to && out->ndays < GT_STATEMENT_DAYS;
         date = gt_date_next(date)) {
        struct gt_statement_day *day = &out->day[out->ndays++];

        day->biz_date = date;
        read_work(tx, account_id, out, day);
    }
    read_moves(tx, account_id, from, to, out);
    settle_days(out);
    settle_cash(out);
}
