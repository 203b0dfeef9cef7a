/*
 * One's own account: who one is, where one is signed in, and ending that.
 */
#include "console.h"

#include "base/text.h"
#include "kit/cookie.h"

#define SESSIONS_MOST 20

struct found {
    int64_t user_id, now;
    struct gt_session sessions[SESSIONS_MOST];
    size_t n;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = gt_sessions_of_user(tx, f->user_id, f->now, f->sessions, SESSIONS_MOST);
    return gt_tx_err(tx);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_who *who = gt_who_of(page);
    struct found f = {.user_id = who->visit.user.id, .now = gt_now(gt_console_of(page)->clock)};
    enum gt_err err = gt_page_read(page, "account.show", read_in, &f);
    if (err != GT_OK)
        return err;
    gt_page_set(page, who->visit.user.login, "User.Login");
    gt_page_set(page, who->visit.user.name, "User.Name");
    gt_page_set(page, who->visit.user.operator_no, "User.Operator");
    gt_page_set(page, who->visit.org.name, "User.Org");
    gt_page_set(page, gt_page_word(page, who->visit.otp ? "yes" : "no"), "User.Otp");
    for (size_t i = 0; i < f.n; i++) {
        const struct gt_session *s = &f.sessions[i];
        gt_page_set_int(page, s->id, "Session.%zu.Id", i);
        gt_page_set(page, s->origin, "Session.%zu.Origin", i);
        gt_page_set(page, s->agent, "Session.%zu.Agent", i);
        gt_page_set_time(page, s->since, "Session.%zu.Since", i);
        gt_page_set_time(page, s->seen_at, "Session.%zu.Seen", i);
        gt_page_set_time(page, s->ends_at, "Session.%zu.Ends", i);
        if (s->id == who->visit.session.id)
            gt_page_set(page, "1", "Session.%zu.This", i);
    }
    return gt_page_show(page, "account");
}

static enum gt_err end_one(struct gt_page *page)
{
    struct gt_who *who = gt_who_of(page);
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    if (gt_int_parse(gt_params_get(&page->form, "id"), &id) != GT_OK)
        return gt_page_error(page, 404);
    enum gt_err err = gt_session_end_one(&who->by, &who->visit, id, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, "/console/account");
    gt_page_flash(page, "success", "account.ended", NULL);
    return gt_page_go(page, "/console/account");
}

static enum gt_err end_all(struct gt_page *page)
{
    struct gt_who *who = gt_who_of(page);
    enum gt_err err = gt_session_end_all(&who->by, &who->visit);
    if (err != GT_OK)
        return err;
    gt_cookie_drop(page->reply, "session");
    gt_page_flash(page, "success", "account.all_ended", NULL);
    return gt_page_go(page, "/console/signin");
}

GT_ROUTE(account, .path = "/console/account", .name = "account", .get = show,
         .right = GT_ROUTE_SIGNED);
GT_ROUTE(session_end, .path = "/console/account/end", .name = "account", .post = end_one,
         .right = GT_ROUTE_SIGNED, .object = "session");
GT_ROUTE(session_end_all, .path = "/console/account/end-all", .name = "account", .post = end_all,
         .right = GT_ROUTE_SIGNED, .while_changing = true);
