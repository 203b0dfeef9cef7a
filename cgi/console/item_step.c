/*
 * What is done with an item: an action is asked for, the sending again is stopped, a note is
 * written, a paper is put beside it.
 */
#include "item.h"

#include "base/text.h"
#include "staff/attached.h"

#include <inttypes.h>
#include <stdio.h>

#define PATH_MOST 64

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    gt_item_see(tx, arg);
    return gt_tx_err(tx);
}

/* The item that the address names; answers 404 if the visitor may not see it. */
static enum gt_err find(struct gt_page *page, struct gt_item_seen *seen)
{
    *seen = (struct gt_item_seen){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &seen->id))
        err = gt_page_read(page, "item.step", read_in, seen);
    return err == GT_OK && !seen->there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct gt_item_seen *seen)
{
    gt_item_set(form->page, seen, "Item");
    gt_form_show(form);
    return gt_page_show(form->page, form->page->route->name);
}

/* On to the item, where one sees the effect, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, const struct gt_item_seen *seen, enum gt_err err,
                          const struct gt_refusal *no, const char *done)
{
    struct gt_page *page = form->page;
    char path[PATH_MOST];
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/item?id=%" PRId64, seen->id);
        gt_page_flash(page, "success", done, NULL);
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, seen);
}

/* --- an action */

enum { A_WAY, A_REASON, A__MAX };
static const char *const ways[] = {"system", "bank", "write_off", NULL};
static const char *const drawer_ways[] = {"cash", "bank", "write_off", NULL};
/* Where the money goes is asked only when it leaves suspense. */
static const struct gt_field clear_fields[A__MAX] = {
    [A_WAY] = {"way", GT_FIELD_CHOICE, .required = true, .choices = ways},
    [A_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};
static const struct gt_field drawer_fields[A__MAX] = {
    [A_WAY] = {"way", GT_FIELD_CHOICE, .required = true, .choices = drawer_ways},
    [A_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};
static const struct gt_field ask_fields[A__MAX] = {
    [A_WAY] = {"way", GT_FIELD_HIDDEN},
    [A_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static const struct gt_field *fields_of(const struct gt_item *item, enum gt_item_action action)
{
    if (action != GT_ITEM_CLEAR)
        return ask_fields;
    return item->source == GT_ITEM_DRAWER ? drawer_fields : clear_fields;
}

/* What the address wants done, the simplest where it says nothing; false if there is no such thing.
 */
static bool find_action(const struct gt_page *page, enum gt_item_action *action)
{
    const char *name = gt_params_get(&page->query, "action");
    *action = GT_ITEM_ACCEPT;
    return !name[0] || gt_item_action_find(name, action);
}

static enum gt_err show_question(struct gt_form *form, const struct gt_item_seen *seen,
                                 enum gt_item_action action)
{
    struct gt_page *page = form->page;
    int64_t amount = gt_settle_amount(&seen->item, action);
    char word[64];
    gt_page_set(page, gt_item_action_name(action), "Step.Name");
    gt_page_set(page, gt_page_word(page, gt_item_action_word(action, word)), "Step.Label");
    (void)snprintf(word, sizeof word, "item_ask.about_%s", gt_item_action_name(action));
    gt_page_set(page, gt_page_word(page, word), "Step.About");
    if (amount)
        gt_page_set_money(page, amount, "Step.Amount");
    return show_form(form, seen);
}

static enum gt_err show_ask(struct gt_page *page)
{
    struct gt_item_seen seen;
    struct gt_form form;
    enum gt_item_action action;
    enum gt_err err = find(page, &seen);
    if (err != GT_OK || page->done)
        return err;
    if (!find_action(page, &action))
        return gt_page_error(page, 404);
    gt_form_start(page, fields_of(&seen.item, action), A__MAX, &form);
    return show_question(&form, &seen, action);
}

static enum gt_err ask(struct gt_page *page)
{
    struct gt_item_seen seen;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct gt_settle_form step = {.way = GT_WAY_NONE};
    int64_t approval = 0;
    enum gt_err err = find(page, &seen);
    if (err != GT_OK || page->done)
        return err;
    if (!find_action(page, &step.action))
        return gt_page_error(page, 404);
    if (!gt_form_read(page, fields_of(&seen.item, step.action), A__MAX, &form))
        return show_question(&form, &seen, step.action);
    step.item_id = seen.id;
    step.reason = form.value[A_REASON].text;
    if (step.action == GT_ITEM_CLEAR)
        (void)gt_settle_way_find(form.value[A_WAY].text, &step.way);
    err = gt_settle_ask(&gt_who_of(page)->by, &step, &approval, &no);
    if (err == GT_OK)
        return finish(&form, &seen, err, &no, "item_ask.done");
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_question(&form, &seen, step.action);
}

GT_ROUTE(item_ask, .path = "/console/item/ask", .name = "item_ask", .get = show_ask, .post = ask,
         .right = GT_RIGHT_ITEM_SETTLE, .object = "item", .under = "items");

/* --- what is said in one field: a note, or why it is not sent again any more */

enum { T_TEXT, T__MAX };
static const struct gt_field note_fields[T__MAX] = {
    [T_TEXT] = {"note", GT_FIELD_TEXT, .required = true, .most = 200},
};
static const struct gt_field stop_fields[T__MAX] = {
    [T_TEXT] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static enum gt_err show_empty(struct gt_page *page, const struct gt_field *fields, size_t n)
{
    struct gt_item_seen seen;
    struct gt_form form;
    enum gt_err err = find(page, &seen);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, n, &form);
    return show_form(&form, &seen);
}

/* gt_settle_note(), or another of its kind. */
typedef enum gt_err tell_fn(const struct gt_by *by, int64_t item_id, const char *text,
                            struct gt_refusal *no);

static enum gt_err tell(struct gt_page *page, const struct gt_field fields[T__MAX], tell_fn *fn,
                        const char *done)
{
    struct gt_item_seen seen;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &seen);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, fields, T__MAX, &form))
        return show_form(&form, &seen);
    err = fn(&gt_who_of(page)->by, seen.id, form.value[T_TEXT].text, &no);
    return finish(&form, &seen, err, &no, done);
}

static enum gt_err show_note(struct gt_page *page)
{
    return show_empty(page, note_fields, T__MAX);
}

static enum gt_err note(struct gt_page *page)
{
    return tell(page, note_fields, gt_settle_note, "item_note.done");
}

GT_ROUTE(item_note, .path = "/console/item/note", .name = "item_note", .get = show_note,
         .post = note, .right = GT_RIGHT_ITEM_SETTLE, .object = "item", .under = "items");

static enum gt_err show_stop(struct gt_page *page)
{
    return show_empty(page, stop_fields, T__MAX);
}

static enum gt_err stop(struct gt_page *page)
{
    return tell(page, stop_fields, gt_settle_stop, "item_stop.done");
}

GT_ROUTE(item_stop, .path = "/console/item/stop", .name = "item_stop", .get = show_stop,
         .post = stop, .right = GT_RIGHT_ITEM_SETTLE, .object = "item", .under = "items");

/* --- a paper */

static enum gt_err show_attach(struct gt_page *page)
{
    return show_empty(page, NULL, 0);
}

static enum gt_err attach(struct gt_page *page)
{
    struct gt_item_seen seen;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    enum gt_err err = find(page, &seen);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, NULL, 0, &form);
    const struct gt_pair *file = gt_attached_file(page);
    if (!file) {
        gt_form_fail_text(&form, "", gt_page_word(page, "item_attach.no_file"));
        return show_form(&form, &seen);
    }
    err = gt_settle_attach(&gt_who_of(page)->by, seen.id, file->file, file->value, file->len, &id,
                           &no);
    return finish(&form, &seen, err, &no, "item_attach.done");
}

GT_ROUTE(item_attach, .path = "/console/item/attach", .name = "item_attach", .get = show_attach,
         .post = attach, .right = GT_RIGHT_ITEM_SETTLE, .object = "item",
         .body_max = GT_ATTACHED_BODY, .under = "items");
