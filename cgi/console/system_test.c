/*
 * A test query: this process asks a marketing system for a customer, as a terminal's query would,
 * and shows what came back and how long it took.
 *
 * It moves no money.  It asks even while handlers find the system shut: that is when it is wanted.
 * Who asked for whom stands in the operation log.
 */
#include "systems.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { F_CUSTOMER, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_CUSTOMER] = {"customer_no", GT_FIELD_LINE, .required = true, .most = 32},
};

/* The system that the address names; answers 404 if there is none. */
static enum gt_err find(struct gt_page *page, int *place)
{
    *place = gt_system_place(page, gt_params_get(&page->query, "name"));
    return *place < 0 ? gt_page_error(page, 404) : GT_OK;
}

static enum gt_err show_form(struct gt_form *form, int place)
{
    struct gt_page *page = form->page;
    const struct gt_staff *console = gt_console_of(page);
    gt_page_set(page, console->start->conf.marketing[place].name, "System.Name");
    gt_form_show(form);
    return gt_page_show(page, "system_test");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    int place;
    if (!gt_params_get(&page->query, "name")[0])
        return gt_page_go(page, "/console/systems");
    enum gt_err err = find(page, &place);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(&form, place);
}

struct entry {
    struct gt_page *page;
    const char *system, *customer_no;
};

static enum gt_err log_in(struct gt_tx *tx, void *arg)
{
    const struct entry *e = arg;
    gt_oplog_add(tx, gt_who_of(e->page)->by.logger, "system.test", e->system, e->customer_no);
    return gt_tx_err(tx);
}

/* Asks; false if this process has no slot left. */
static bool ask(const struct gt_upstream *up, const struct gt_clock *clock, const char *customer_no,
                struct gt_up_reply *reply, int64_t *ms)
{
    struct gt_up_request request = {.op = GT_UP_QUERY, .sent_at = gt_now(clock)};
    if (gt_str_copy(request.customer_no, sizeof request.customer_no, customer_no) != GT_OK ||
        up->admit(up->ctx, 1000) != GT_OK)
        return false;
    int64_t began = clock->mono(clock->ctx);
    up->call(up->ctx, &request, 0, reply);
    *ms = clock->mono(clock->ctx) - began;
    up->leave(up->ctx);
    return true;
}

static void show_answer(struct gt_page *page, const struct gt_up_reply *reply, int64_t ms)
{
    static const char *const classes[] = {[GT_UP_OK] = "ok",
                                          [GT_UP_REFUSED] = "refused",
                                          [GT_UP_NOT_SENT] = "not_sent",
                                          [GT_UP_UNKNOWN] = "unknown"};
    static const char *const colours[] = {[GT_UP_OK] = "posted",
                                          [GT_UP_REFUSED] = "declined",
                                          [GT_UP_NOT_SENT] = "error",
                                          [GT_UP_UNKNOWN] = "error"};
    bool full = gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_NAME_FULL);
    char word[64], name[sizeof reply->customer_name];
    gt_page_set(page, "1", "Answer.There");
    (void)snprintf(word, sizeof word, "system_test.class_%s", classes[reply->class]);
    gt_page_set(page, gt_page_word(page, word), "Answer.Class");
    gt_page_set(page, colours[reply->class], "Answer.Colour");
    gt_page_set_int(page, ms, "Answer.Ms");
    gt_page_set(page, reply->code, "Answer.Code");
    gt_page_set(page, reply->text, "Answer.Text");
    if (reply->class != GT_UP_OK)
        return;
    gt_mask_name(reply->customer_name, name, sizeof name);
    gt_page_set(page, "1", "Answer.Ok");
    gt_page_set(page, reply->customer_no, "Answer.Customer");
    gt_page_set(page, full ? reply->customer_name : name, "Answer.Name");
    gt_page_set(page, reply->meter_no, "Answer.Meter");
    gt_page_set_money(page, reply->advance, "Answer.Advance");
    gt_page_set_int(page, reply->nbills, "Answer.Bills");
}

static enum gt_err query(struct gt_form *form, int place)
{
    struct gt_page *page = form->page;
    struct gt_staff *console = gt_console_of(page);
    struct gt_upstream *up = &gt_link_upstreams(console->link)->all[place];
    struct gt_up_reply reply;
    int64_t ms = 0;
    struct entry entry = {page, up->name, form->value[F_CUSTOMER].text};
    enum gt_err err = gt_db_transact(console->start->db, "system.test", log_in, &entry);
    if (err != GT_OK)
        return err;
    if (ask(up, console->clock, entry.customer_no, &reply, &ms))
        show_answer(page, &reply, ms);
    else
        gt_form_fail(form, F_CUSTOMER, "system_test.busy", NULL);
    return show_form(form, place);
}

static enum gt_err test(struct gt_page *page)
{
    struct gt_form form;
    int place;
    enum gt_err err = find(page, &place);
    if (err != GT_OK || page->done)
        return err;
    bool good = gt_form_read(page, fields, F__MAX, &form);
    return good ? query(&form, place) : show_form(&form, place);
}

GT_ROUTE(system_test, .path = "/console/system/test", .name = "system_test", .get = show,
         .post = test, .right = GT_RIGHT_SYSTEM_MANAGE, .under = "systems");
