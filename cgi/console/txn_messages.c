/*
 * The messages of a transaction with the marketing system, for its page.
 *
 * A request is not stored: it is made again of the journal's row by what sends it, and says so.  Of
 * an answer that was plain only what was taken from it is there; the others were kept as they came,
 * masked before they were stored.  Nothing here is ever shown in full.
 */
#include "link/message.h"
#include "till/order.h"
#include "till/view.h"
#include "txn.h"

#include <string.h>

struct shown {
    struct gt_page *page;
    const struct gt_txn_view *view;
    size_t n;
};

/* `words` of upstream's without what is known of the customer: the name may have become known only
 * after they came. */
static void mask(struct gt_page *page, const struct gt_txn *txn, const char *words,
                 struct gt_buf *out)
{
    const struct gt_message_known known = {
        .name = txn->customer_name, .address = txn->address, .card_no = txn->card_no};

    gt_message_mask(gt_message_adapter(gt_console_of(page)->link, txn->system), &known, words,
                    strlen(words), GT_UP_RAW_CHARS, out);
}

void gt_txn_set_words(struct gt_page *page, const struct gt_txn *txn, const char *words,
                      const char *name)
{
    struct gt_buf masked;

    gt_buf_init(&masked, GT_UP_RAW_MAX);
    mask(page, txn, words, &masked);
    if (gt_buf_err(&masked) == GT_OK)
        gt_page_set(page, masked.data, "%s", name);
    gt_buf_done(&masked);
}

static void set_word(const struct shown *s, const char *member, const char *word)
{
    const struct gt_page *page = s->page;

    gt_page_set(s->page, gt_txn_word(page->site->words, page->lang, "message", word),
                "Message.%zu.%s", s->n, member);
}

/* A line an element, where a dialect writes all in one. */
static void set_text(const struct shown *s, const char *text)
{
    struct gt_buf lines;

    gt_buf_init(&lines, GT_MESSAGE_MAX);
    for (const char *c = text; *c; c++) {
        gt_buf_putc(&lines, *c);
        if (c[0] == '>' && c[1] == '<' && c[2] != '/')
            gt_buf_putc(&lines, '\n');
    }
    if (gt_buf_err(&lines) == GT_OK)
        gt_page_set(s->page, lines.data, "Message.%zu.Text", s->n);
    gt_buf_done(&lines);
}

/* --- requests */

/* Why it may not be what went, or is not there at all. */
static void set_doubts(const struct shown *s, enum gt_err err, int64_t changed_at)
{
    const struct gt_txn *txn = &s->view->txn;

    if (err == GT_ERR_ABSENT)
        set_word(s, "Gone", "gone");
    else if (err != GT_OK)
        set_word(s, "Gone", "unfit");
    else if (changed_at > txn->created_at) {
        set_word(s, "Changed", "changed");
        gt_page_set_time(s->page, changed_at, "Message.%zu.ChangedAt", s->n);
    }
}

static void show_request(struct shown *s, const struct gt_up_request *request, const char *title,
                         const char *note)
{
    struct gt_page *page = s->page;
    int64_t changed_at = 0;
    struct gt_buf text;

    gt_buf_init(&text, GT_MESSAGE_MAX);
    enum gt_err err = gt_message_render(gt_console_of(page)->link, s->view->txn.system, request,
                                        &text, &changed_at);
    set_word(s, "Title", title);
    set_word(s, "How", "again");
    if (note)
        set_word(s, "Note", note);
    set_doubts(s, err, changed_at);
    if (err == GT_OK)
        set_text(s, text.data);
    gt_buf_done(&text);
    s->n++;
}

static void show_sale(struct shown *s)
{
    const struct gt_txn *txn = &s->view->txn;
    struct gt_up_request request;

    gt_txn_view_request(s->view, &request);
    gt_page_set_time(s->page, txn->created_at, "Message.%zu.At", s->n);
    show_request(s, &request, txn->up_state == GT_UPS_NOT_SENT ? "not_sent" : "request",
                 txn->op == GT_OP_PAY ? "bills"
                 : txn->card_no[0]    ? "card"
                                      : NULL);
}

/* The inquiry sent at `at`; 0: when the last one was sent is not known. */
static void show_inquiry(struct shown *s, int64_t at)
{
    const struct gt_txn *txn = &s->view->txn;
    struct gt_txn none = {.op = GT_OP_NONE};
    struct gt_up_request request;

    gt_order_inquiry(txn, s->view->orig.id ? &s->view->orig : &none, at ? at : txn->created_at,
                     &request);
    if (at)
        gt_page_set_time(s->page, at, "Message.%zu.At", s->n);
    show_request(s, &request, "inquiry", at ? NULL : "tries");
}

/* --- answers */

static void show_kept(struct shown *s, const struct gt_message *message)
{
    struct gt_buf masked;

    set_word(s, "Title", message->op == GT_UP_INQUIRE ? "inquiry_answer" : "answer");
    set_word(s, "How", "as_came");
    gt_page_set_time(s->page, message->at, "Message.%zu.At", s->n);
    gt_page_set_int(s->page, message->took_ms, "Message.%zu.Took", s->n);
    gt_page_set(s->page, message->code, "Message.%zu.Code", s->n);
    gt_buf_init(&masked, GT_UP_RAW_MAX);
    mask(s->page, &s->view->txn, message->message, &masked);
    if (gt_buf_err(&masked) == GT_OK)
        set_text(s, masked.data);
    gt_buf_done(&masked);
    s->n++;
}

/* The plain answer, of which is kept what was taken from it; or that there was none to keep. */
static void show_unkept(struct shown *s)
{
    const struct gt_txn *txn = &s->view->txn;

    set_word(s, "Title", "answer");
    if (txn->up_state == GT_UPS_ACCEPTED && txn->up_code[0]) {
        set_word(s, "Note", "plain");
        gt_page_set(s->page, txn->up_code, "Message.%zu.Code", s->n);
        gt_page_set(s->page, txn->up_ref, "Message.%zu.Ref", s->n);
        gt_page_set_date(s->page, txn->up_date, "Message.%zu.Date", s->n);
        gt_page_set_time(s->page, txn->decided_at, "Message.%zu.At", s->n);
    } else {
        set_word(s, "Note", txn->up_state == GT_UPS_SENT ? "waiting" : "no_answer");
    }
    s->n++;
}

static const struct gt_message *find_kept(const struct gt_txn_view *v, bool inquiry)
{
    for (size_t i = 0; i < v->nmessages; i++)
        if ((v->messages[i].op == GT_UP_INQUIRE) == inquiry)
            return &v->messages[i];
    return NULL;
}

static bool has_event(const struct gt_txn_view *v, const char *kind)
{
    for (size_t i = 0; i < v->nevents; i++)
        if (strcmp(v->events[i].kind, kind) == 0)
            return true;
    return false;
}

void gt_txn_show_messages(struct gt_page *page, const struct gt_txn_view *view)
{
    const struct gt_message *answer = find_kept(view, false), *found = find_kept(view, true);
    struct shown s = {page, view, 0};
    /* An answer that came after a doubt is the inquiry's, or a person's. */
    bool doubted = found || has_event(view, "unknown") || has_event(view, "decided");

    /* Where the number of a red entry stood for the call there is neither request nor code. */
    if (view->txn.up_state == GT_UPS_NONE ||
        (view->txn.op == GT_OP_REFUND && view->txn.up_state == GT_UPS_ACCEPTED &&
         !view->txn.up_code[0] && !doubted))
        return;
    show_sale(&s);
    if (answer)
        show_kept(&s, answer);
    else if (doubted && view->txn.up_state != GT_UPS_SENT) {
        set_word(&s, "Title", "answer");
        set_word(&s, "Note", "no_answer");
        s.n++;
    } else if (view->txn.up_state != GT_UPS_NOT_SENT)
        show_unkept(&s);
    if (found) {
        show_inquiry(&s, found->at - found->took_ms);
        show_kept(&s, found);
    } else if (view->pending.id && view->pending.tries > 0) {
        gt_page_set_int(page, view->pending.tries, "Message.%zu.Tries", s.n);
        show_inquiry(&s, 0);
    }
}
