/*
 * A customer: found by whatever number is on the bill, the meter or the card, or by name and
 * address, of which a list shows names masked and a search is written down.
 */
#include "cashier.h"

#include "access/note.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_MOST 32
/* Characters of a search, and bytes. */
#define WORDS_LEAST 2
#define WORDS_MOST  120

static const char *const kinds[] = {[GT_METER_NONE] = "none",
                                    [GT_METER_BILL] = "bill",
                                    [GT_METER_CARD] = "card",
                                    [GT_METER_REMOTE] = "remote"};

/* The name in full only for who may see it, which is written down. */
static void show_name(struct gt_page *page, const struct gt_actor *actor,
                      const struct gt_up_reply *found)
{
    char name[sizeof found->customer_name];
    if (gt_page_may(page, GT_RIGHT_NAME_FULL, actor->org.path) &&
        gt_note(&gt_who_of(page)->by, "customer.look", found->customer_no, "") == GT_OK) {
        gt_page_set(page, found->customer_name, "Customer.Name");
        return;
    }
    gt_mask_name(found->customer_name, name, sizeof name);
    gt_page_set(page, name, "Customer.Name");
}

static void show_bills(struct gt_page *page, const struct gt_up_reply *found)
{
    for (int i = 0; i < found->nbills; i++) {
        const struct gt_bill *bill = &found->bills[i];
        char period[16], value[64];
        (void)snprintf(period, sizeof period, "%04d-%02d", (int)(bill->period / 100),
                       (int)(bill->period % 100));
        (void)snprintf(value, sizeof value, "%s:%" PRId64, bill->bill_no, bill->amount);
        gt_page_set(page, bill->bill_no, "Bill.%d.No", i);
        gt_page_set(page, bill->period ? period : bill->bill_no, "Bill.%d.Period", i);
        gt_page_set_money(page, bill->kwh, "Bill.%d.Kwh", i);
        gt_page_set_money(page, bill->amount, "Bill.%d.Amount", i);
        gt_page_set_money(page, bill->late_fee, "Bill.%d.LateFee", i);
        gt_page_set_int(page, bill->amount, "Bill.%d.Fen", i);
        gt_page_set(page, value, "Bill.%d.Value", i);
    }
}

void gt_customer_show(struct gt_page *page, const struct gt_actor *actor,
                      const struct gt_up_reply *found)
{
    char word[32];
    const char *kind = kinds[found->meter_kind];
    (void)snprintf(word, sizeof word, "cashier.kind_%s", kind);
    gt_page_set(page, found->customer_no, "Customer.No");
    show_name(page, actor, found);
    gt_page_set(page, found->address, "Customer.Address");
    gt_page_set(page, found->meter_no, "Customer.Meter");
    gt_page_set(page, kind, "Customer.Kind");
    gt_page_set(page, gt_page_word(page, word), "Customer.KindWord");
    if (found->open)
        gt_page_set(page, "1", "Customer.Open");
    if (found->advance)
        gt_page_set_money(page, found->advance, "Customer.Advance");
    if (found->meter_kind == GT_METER_CARD)
        gt_page_set_int(page, found->count, "Customer.Count");
    if (found->least)
        gt_page_set_money(page, found->least, "Customer.Least");
    if (found->greatest)
        gt_page_set_money(page, found->greatest, "Customer.Greatest");
    show_bills(page, found);
}

/* --- finding */

enum gt_err gt_customer_find(struct gt_page *page, const struct gt_actor *actor, const char *text,
                             struct gt_up_reply *found, enum gt_outcome *outcome, char said[601])
{
    const struct gt_till *till = &gt_staff_of(page)->till;
    enum gt_err err = gt_till_query(till, actor, text, "", "", found, outcome, said);
    for (int by = 0; err == GT_OK && by < 2; by++) {
        char other[601];
        enum gt_outcome then;
        struct gt_up_reply reply;
        if (*outcome != GT_OUT_NO_CUSTOMER && *outcome != GT_OUT_NOT_SERVED)
            break;
        err = gt_till_query(till, actor, "", by == 0 ? text : "", by == 1 ? text : "", &reply,
                            &then, other);
        if (err == GT_OK && then == GT_OUT_OK) {
            *found = reply;
            *outcome = then;
        }
    }
    return err;
}

/* What was typed or scanned, without the blanks that people read numbers with; false if it cannot
 * be a number. */
static bool read_number(const char *text, char out[NUMBER_MOST + 1])
{
    static const char fit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
    size_t n = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        if (!strchr(fit, *text) || n == NUMBER_MOST)
            return false;
        out[n++] = *text;
    }
    out[n] = '\0';
    return true;
}

static enum gt_err show_wrong(struct gt_page *page, const struct gt_actor *actor,
                              enum gt_outcome outcome, const char *said)
{
    gt_cashier_says(page, outcome, said, "Find");
    return gt_cashier_show(page, actor, "cashier");
}

/* --- by name and address */

/* What was typed is words, not a number, where it is written in characters. */
static bool is_words(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80)
            return true;
    }
    return false;
}

static size_t count_characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text != ' ' && ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static void show_found(struct gt_page *page, const struct gt_up_reply *reply,
                       const struct gt_search_place *next)
{
    for (int i = 0; i < reply->nfound; i++) {
        const struct gt_up_found *found = &reply->found[i];
        char name[sizeof found->customer_name], word[32];
        gt_mask_name(found->customer_name, name, sizeof name);
        (void)snprintf(word, sizeof word, "cashier.kind_%s", kinds[found->meter_kind]);
        gt_page_set(page, found->customer_no, "Found.%d.No", i);
        gt_page_set(page, name, "Found.%d.Name", i);
        gt_page_set(page, found->address, "Found.%d.Address", i);
        gt_page_set(page, gt_page_word(page, word), "Found.%d.Kind", i);
    }
    if (next->system[0]) {
        gt_page_set(page, next->system, "More.System");
        gt_page_set(page, next->after, "More.After");
    }
}

/* Customers by words, a page of them; one alone is gone to at once. */
static enum gt_err search(struct gt_page *page, const struct gt_actor *actor, const char *words)
{
    struct gt_search_place place = {.system = ""};
    struct gt_up_reply reply;
    enum gt_outcome outcome = GT_OUT_OK;
    char path[64], said[601];
    if (count_characters(words) < WORDS_LEAST || strlen(words) > WORDS_MOST ||
        gt_str_copy(place.system, sizeof place.system, gt_params_get(&page->query, "system")) !=
            GT_OK ||
        !read_number(gt_params_get(&page->query, "after"), place.after)) {
        gt_page_set_word(page, "Find.Text", "cashier.few_words", NULL);
        return gt_cashier_show(page, actor, "cashier");
    }
    bool first = !place.system[0];
    enum gt_err err =
        gt_note(&gt_who_of(page)->by, "customer.search", actor->user.operator_no, words);
    if (err == GT_OK)
        err =
            gt_till_search(&gt_staff_of(page)->till, actor, words, &place, &reply, &outcome, said);
    if (err != GT_OK)
        return err;
    if (outcome != GT_OUT_OK)
        return show_wrong(page, actor, outcome, said);
    if (first && reply.nfound == 1 && !place.system[0]) {
        (void)snprintf(path, sizeof path, "/cashier?q=%s", reply.found[0].customer_no);
        return gt_page_go(page, path);
    }
    show_found(page, &reply, &place);
    gt_page_set(page, "1", reply.nfound ? "Search.Some" : "Search.None");
    return gt_cashier_show(page, actor, "cashier");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_up_reply found;
    enum gt_outcome outcome = GT_OUT_OK;
    char number[NUMBER_MOST + 1], said[601];
    const char *typed = gt_params_get(&page->query, "q");
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    bool open = false;
    gt_page_set(page, typed, "Find.Value");
    err = gt_shift_look(page, &actor, &open);
    if (err != GT_OK)
        return err;
    if (is_words(typed) && open)
        return search(page, &actor, typed);
    if (!read_number(typed, number)) {
        gt_page_set_word(page, "Find.Text", "cashier.bad_number", NULL);
        return gt_cashier_show(page, &actor, "cashier");
    }
    if (!number[0] || !open)
        return gt_cashier_show(page, &actor, "cashier");
    err = gt_customer_find(page, &actor, number, &found, &outcome, said);
    if (err != GT_OK)
        return err;
    return outcome == GT_OUT_OK ? gt_sale_show(page, &actor, &found)
                                : show_wrong(page, &actor, outcome, said);
}

GT_ROUTE(cashier, .path = "/cashier", .name = "cashier", .get = show, .right = GT_RIGHT_COLLECT);
