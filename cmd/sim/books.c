/*
 * Lists and totals of the books; see books.h.  The books are read in pages, in the order of their
 * serials; the platform's list is sorted the same way, so that comparing is one walk through both.
 */
#include "books.h"

#include "base/buf.h"
#include "base/money.h"
#include "rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE          200
#define LIST_LINE_MAX 512

/* --- going through the books */

struct walk {
    struct gt_db *db;
    struct gt_sim_txn page[PAGE];
    char after[GT_SG_KEY_MAX];
    int n, at;
};

static enum gt_err page_tx(struct gt_tx *tx, void *arg)
{
    struct walk *w = arg;
    w->n = gt_sim_txn_page(tx, w->after, w->page, PAGE);
    return gt_tx_err(tx);
}

/* The next transaction, NULL behind the last one.  Borrowed until the next call. */
static enum gt_err walk_next(struct walk *w, const struct gt_sim_txn **txn)
{
    *txn = NULL;
    if (w->at == w->n) {
        enum gt_err err = gt_db_read(w->db, "sim.books", page_tx, w);
        if (err || w->n == 0) {
            w->n = w->at = 0;
            return err;
        }
        w->at = 0;
        memcpy(w->after, w->page[w->n - 1].serial, sizeof(w->after));
    }
    *txn = &w->page[w->at++];
    return GT_OK;
}

static const char *state_name(int64_t state)
{
    switch (state) {
    case GT_SIM_POSTED:
        return "posted";
    case GT_SIM_REFUSED:
        return "refused";
    default:
        return "reversed";
    }
}

/* --- books */

struct total {
    int64_t count[GT_SIM_REVERSED + 1];
    int64_t amount[GT_SIM_REVERSED + 1]; /* with fees */
};

static enum gt_err add_total(struct total *totals, const struct gt_sim_txn *t)
{
    struct total *sum = &totals[t->op];
    int64_t both = 0;
    enum gt_err err = gt_money_add(t->amount, t->fee, &both);
    sum->count[t->state]++;
    return err ? err : gt_money_add(sum->amount[t->state], both, &sum->amount[t->state]);
}

static void print_line(const struct gt_sim_txn *t, FILE *out)
{
    char amount[GT_MONEY_MAX], fee[GT_MONEY_MAX];
    fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%" PRId64 "\n", t->serial,
            gt_sg_op_name((enum gt_sg_op)t->op), t->customer, gt_money_format(t->amount, amount),
            gt_money_format(t->fee, fee), state_name(t->state), t->count);
}

/* The customer is as the request named it: any text. */
static enum gt_err print_json(const struct gt_sim_txn *t, bool first, FILE *out)
{
    char amount[GT_MONEY_MAX], fee[GT_MONEY_MAX];
    struct gt_buf customer;
    gt_buf_init(&customer, 1024);
    gt_buf_put_json(&customer, t->customer);
    enum gt_err err = gt_buf_err(&customer);
    if (err == GT_OK) {
        fprintf(out,
                "%s\n{\"serial\":\"%s\",\"operation\":\"%s\",\"customer\":%s,\"amount\":\"%s\","
                "\"fee\":\"%s\",\"state\":\"%s\",\"retcode\":%" PRId64 ",\"count\":%" PRId64
                ",\"date\":%" PRId64 ",\"original\":\"%s\"}",
                first ? "" : ",", t->serial, gt_sg_op_name((enum gt_sg_op)t->op), customer.data,
                gt_money_format(t->amount, amount), gt_money_format(t->fee, fee),
                state_name(t->state), t->code, t->count, t->up_date, t->orig_serial);
    }
    gt_buf_done(&customer);
    return err;
}

static void print_totals(const struct total *totals, bool json, FILE *out)
{
    char money[GT_MONEY_MAX];
    bool first = true;
    for (int op = 0; op < GT_SG_OP__MAX; op++) {
        for (int state = GT_SIM_POSTED; state <= GT_SIM_REVERSED; state++) {
            if (totals[op].count[state] == 0) {
                continue;
            }
            fprintf(out,
                    json ? "%s\n{\"operation\":\"%s\",\"state\":\"%s\",\"count\":%" PRId64
                           ",\"amount\":\"%s\"}"
                         : "%stotal\t%s\t%s\t%" PRId64 "\t%s\n",
                    json && !first ? "," : "", gt_sg_op_name((enum gt_sg_op)op), state_name(state),
                    totals[op].count[state], gt_money_format(totals[op].amount[state], money));
            first = false;
        }
    }
}

enum gt_err gt_sim_books_print(struct gt_db *db, int64_t date, bool json, FILE *out)
{
    struct total totals[GT_SG_OP__MAX] = {0};
    const struct gt_sim_txn *t = NULL;
    bool first = true;
    struct walk *w = calloc(1, sizeof(*w));
    if (!w) {
        return GT_ERR_NOMEM;
    }
    w->db = db;
    fputs(json ? "{\"transactions\":[" : "", out);
    enum gt_err err;
    while ((err = walk_next(w, &t)) == GT_OK && t) {
        if (date && t->up_date != date) {
            continue;
        }
        if (json) {
            err = print_json(t, first, out);
        } else {
            print_line(t, out);
        }
        if (err || (err = add_total(totals, t))) {
            break;
        }
        first = false;
    }
    if (err == GT_OK) {
        fputs(json ? "\n],\"totals\":[" : "", out);
        print_totals(totals, json, out);
        fputs(json ? "\n]}\n" : "", out);
    }
    free(w);
    return err;
}

/* --- comparing */

enum theirs_state { POSTED, DECLINED, REVERSED, PENDING, STATE__MAX };

static const char *const theirs_names[STATE__MAX] = {"posted", "declined", "reversed", "pending"};

/* A line of the platform's list. */
struct theirs {
    char serial[GT_SG_KEY_MAX];
    char customer[GT_SG_KEY_MAX];
    enum gt_sg_op op;
    int64_t amount;
    enum theirs_state state;
};

struct list {
    struct theirs *all;
    size_t n, cap;
};

static enum gt_err parse_state(const char *text, enum theirs_state *state)
{
    if (strcmp(text, "refunded") == 0) /* it knows no other way of taking back */
        text = theirs_names[REVERSED];
    for (int i = 0; i < STATE__MAX; i++) {
        if (strcmp(theirs_names[i], text) == 0) {
            *state = (enum theirs_state)i;
            return GT_OK;
        }
    }
    return GT_ERR_SYNTAX;
}

static enum gt_err parse_line(char *line, struct theirs *t)
{
    char *field[5], *rest = line;
    for (int i = 0; i < 5; i++) {
        field[i] = strsep(&rest, "\t");
        if (!field[i]) {
            return GT_ERR_SYNTAX;
        }
    }
    if (!gt_sg_op_find(field[1], &t->op)) {
        t->op = GT_SG_QUERY; /* an operation that is none of ours: passed over */
        return GT_OK;
    }
    enum gt_err err = gt_str_copy(t->serial, sizeof(t->serial), field[0]);
    if (err || (err = gt_str_copy(t->customer, sizeof(t->customer), field[2])) ||
        (err = gt_money_parse(field[3], &t->amount))) {
        return err;
    }
    return parse_state(field[4], &t->state);
}

static enum gt_err list_add(struct list *list, const struct theirs *t)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 1024;
        struct theirs *grown = reallocarray(list->all, cap, sizeof(*grown));
        if (!grown) {
            return GT_ERR_NOMEM;
        }
        list->all = grown;
        list->cap = cap;
    }
    list->all[list->n++] = *t;
    return GT_OK;
}

static int by_serial(const void *a, const void *b)
{
    return strcmp(((const struct theirs *)a)->serial, ((const struct theirs *)b)->serial);
}

static enum gt_err read_list(const char *path, struct list *list)
{
    char line[LIST_LINE_MAX];
    enum gt_err err = GT_OK;
    FILE *f = fopen(path, "re");
    if (!f) {
        return gt_err_sys(GT_ERR_IO, errno, "%s", path);
    }
    for (int n = 1; err == GT_OK && fgets(line, sizeof(line), f); n++) {
        struct theirs t = {0};
        size_t len = strcspn(line, "\r\n");
        if (line[len] == '\0' && len == sizeof(line) - 1) {
            err = GT_ERR_TOOBIG;
        }
        line[len] = '\0';
        if (err == GT_OK && len > 0) {
            err = parse_line(line, &t);
        }
        if (err) {
            gt_err_set(err, "%s line %d", path, n);
        } else if (gt_sg_op_moves_money(t.op)) {
            err = list_add(list, &t);
        }
    }
    if (err == GT_OK && ferror(f)) {
        err = gt_err_sys(GT_ERR_IO, errno, "%s", path);
    }
    fclose(f);
    if (list->n) {
        qsort(list->all, list->n, sizeof(list->all[0]), by_serial);
    }
    return err;
}

/* One side or both of a serial: `ours` or `t` is NULL where it is missing.  True if they agree. */
static bool agree(const struct gt_sim_txn *ours, const struct theirs *t)
{
    bool effect = ours && ours->state != GT_SIM_REFUSED;
    if (!t) {
        return !effect;
    }
    if (t->state == PENDING) {
        return false;
    }
    if (t->state == DECLINED || !effect) {
        return t->state == DECLINED && !effect;
    }
    return (ours->state == GT_SIM_REVERSED) == (t->state == REVERSED) &&
           ours->op == (int64_t)t->op && ours->amount + ours->fee == t->amount &&
           strcmp(ours->customer, t->customer) == 0;
}

static void print_side(const char *name, const char *op, const char *customer, int64_t amount,
                       const char *state, FILE *out)
{
    char money[GT_MONEY_MAX];
    fprintf(out, "\t%s: %s %s %s %s", name, op, customer, gt_money_format(amount, money), state);
}

static void print_difference(const char *serial, const struct gt_sim_txn *ours,
                             const struct theirs *t, FILE *out)
{
    fputs(serial, out);
    if (ours) {
        print_side("upstream", gt_sg_op_name((enum gt_sg_op)ours->op), ours->customer,
                   ours->amount + ours->fee, state_name(ours->state), out);
    } else {
        fputs("\tupstream: none", out);
    }
    if (t) {
        print_side("platform", gt_sg_op_name(t->op), t->customer, t->amount, theirs_names[t->state],
                   out);
    } else {
        fputs("\tplatform: none", out);
    }
    fputc('\n', out);
}

static enum gt_err next_money(struct walk *w, const struct gt_sim_txn **txn)
{
    enum gt_err err;
    do {
        err = walk_next(w, txn);
    } while (err == GT_OK && *txn && !gt_sg_op_moves_money((enum gt_sg_op)(*txn)->op));
    return err;
}

enum gt_err gt_sim_books_compare(struct gt_db *db, const char *path, FILE *out,
                                 int64_t *differences)
{
    struct list list = {0};
    const struct gt_sim_txn *ours = NULL;
    int64_t found = 0;
    size_t i = 0;
    struct walk *w = calloc(1, sizeof(*w));
    enum gt_err err = w ? read_list(path, &list) : GT_ERR_NOMEM;
    if (err) {
        goto out;
    }
    w->db = db;
    err = next_money(w, &ours);
    while (err == GT_OK && (ours || i < list.n)) {
        const struct theirs *t = i < list.n ? &list.all[i] : NULL;
        int order = !ours ? 1 : !t ? -1 : strcmp(ours->serial, t->serial);
        const struct gt_sim_txn *left = order <= 0 ? ours : NULL;
        const struct theirs *right = order >= 0 ? t : NULL;
        if (!agree(left, right)) {
            print_difference(order <= 0 ? ours->serial : t->serial, left, right, out);
            found++;
        }
        i += right != NULL;
        if (left) {
            err = next_money(w, &ours);
        }
    }
    if (err == GT_OK) {
        *differences = found;
    }
out:
    free(list.all);
    free(w);
    return err;
}
