/*
 * Making a page: data, words, templates, redirects, messages, error pages.
 *
 * Not here: the order in which a request is looked at (site.c).  A page is rendered into the
 * reply's bounded buffer before any header is sent, so a template that fails ends as an error page
 * and not as half a page.  A message for the next page travels in a cookie as the name of a word
 * and its arguments, base64 over lines: nothing is stored for it, and what a visitor could put in
 * there is shown to that visitor only, as text.
 */
#include "kit/page.h"

#include "base/log.h"
#include "base/money.h"
#include "base/text.h"
#include "kit/cookie.h"
#include "kit/site.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEAF_MAX  128
#define FLASH_MAX 1024
#define ARGS_MAX  9

/* --- data */

const char *gt_page_word(const struct gt_page *page, const char *name)
{
    return gt_words_get(page->site->words, page->lang, name);
}

static size_t count_args(const char *const *args)
{
    size_t n = 0;
    while (args && n < ARGS_MAX && args[n])
        n++;
    return n;
}

void gt_page_set_word(struct gt_page *page, const char *leaf, const char *word,
                      const char *const *args)
{
    struct gt_buf text;
    gt_buf_init(&text, 4096);
    gt_words_put(page->site->words, page->lang, word, args, count_args(args), &text);
    gt_tmpl_set(page->data, leaf, gt_buf_err(&text) == GT_OK ? text.data : word);
    gt_buf_done(&text);
}

/* A leaf's name from a printf text; too long a one names the page's mistake in the log. */
#define LEAF(leaf)                                                              \
    char leaf##_name[LEAF_MAX];                                                 \
    va_list leaf##_ap;                                                          \
    va_start(leaf##_ap, leaf);                                                  \
    int leaf##_n = vsnprintf(leaf##_name, sizeof leaf##_name, leaf, leaf##_ap); \
    va_end(leaf##_ap);                                                          \
    if (leaf##_n < 0 || (size_t)leaf##_n >= sizeof leaf##_name)                 \
    gt_log(GT_LOG_ERROR, "page.leaf", "too_long=%s", leaf##_name)

void gt_page_set(struct gt_page *page, const char *text, const char *leaf, ...)
{
    LEAF(leaf);
    gt_tmpl_set(page->data, leaf_name, text);
}

void gt_page_set_int(struct gt_page *page, int64_t value, const char *leaf, ...)
{
    LEAF(leaf);
    gt_tmpl_set_int(page->data, leaf_name, value);
}

void gt_page_set_money(struct gt_page *page, int64_t fen, const char *leaf, ...)
{
    LEAF(leaf);
    char text[GT_MONEY_GROUPED_MAX];
    gt_tmpl_set(page->data, leaf_name, gt_money_group(fen, text));
}

void gt_page_set_time(struct gt_page *page, int64_t ms, const char *leaf, ...)
{
    LEAF(leaf);
    char text[GT_TIME_MAX] = "";
    gt_tmpl_set(page->data, leaf_name,
                ms ? gt_time_format(ms, page->site->tz_minutes, text) : text);
}

void gt_page_set_date(struct gt_page *page, int64_t date, const char *leaf, ...)
{
    LEAF(leaf);
    char text[32] = "";
    if (date)
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(date / 10000),
                       (int)(date / 100 % 100), (int)(date % 100));
    gt_tmpl_set(page->data, leaf_name, text);
}

bool gt_page_id(const struct gt_page *page, const char *name, int64_t *id)
{
    return gt_int_parse(gt_params_get(&page->query, name), id) == GT_OK && *id > 0;
}

void gt_url_put(struct gt_buf *out, const char *text)
{
    static const char plain[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
    for (; *text; text++) {
        if (strchr(plain, *text))
            gt_buf_putc(out, *text);
        else
            gt_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

bool gt_path_good(const char *path)
{
    if (path[0] != '/' || path[1] == '/' || strlen(path) > 1024)
        return false;
    for (const char *at = path; *at; at++) {
        if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7F || *at == '\\')
            return false;
    }
    return true;
}

/* --- messages */

void gt_page_flash(struct gt_page *page, const char *level, const char *word,
                   const char *const *args)
{
    struct gt_buf text;
    char coded[FLASH_MAX * 2];
    gt_buf_init(&text, FLASH_MAX);
    gt_buf_printf(&text, "%s\n%s", level, word);
    for (size_t i = 0; i < count_args(args); i++)
        gt_buf_printf(&text, "\n%s", args[i]);
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_OK)
        gt_hex_encode((const uint8_t *)text.data, text.len, coded);
    gt_buf_done(&text);
    if (err == GT_OK)
        gt_cookie_set(page->reply, "flash", coded, 60);
    else
        gt_log_err("page.flash", err);
}

/* Puts the message that waits into the page, and takes it away. */
static void show_flash(struct gt_page *page)
{
    char coded[FLASH_MAX * 2], text[FLASH_MAX + 1];
    const char *args[ARGS_MAX + 1] = {NULL};
    size_t len = 0, n = 0;
    const char *header = page->request->param(page->request->ctx, "HTTP_COOKIE");
    if (!gt_cookie_get(header, "flash", coded, sizeof coded))
        return;
    gt_cookie_drop(page->reply, "flash");
    if (gt_hex_decode(coded, (uint8_t *)text, sizeof text - 1, &len) != GT_OK ||
        !gt_utf8_valid(text, len))
        return;
    text[len] = '\0';
    char *word = strchr(text, '\n');
    if (!word)
        return;
    *word++ = '\0';
    for (char *end = strchr(word, '\n'); end && n < ARGS_MAX; end = strchr(end, '\n')) {
        *end++ = '\0';
        args[n++] = end;
    }
    if (!gt_words_has(page->site->words, word))
        return;
    gt_tmpl_set(page->data, "Page.Flash.Level", text);
    gt_page_set_word(page, "Page.Flash.Text", word, args);
}

/* --- showing */

static void set_word(void *ctx, const char *name, const char *text)
{
    struct gt_tmpl_data *data = ctx;
    char full[LEAF_MAX];
    (void)snprintf(full, sizeof full, "W.%s", name);
    gt_tmpl_set(data, full, text);
}

/* The page's own address, for the way back from a change of language. */
static void set_here(struct gt_page *page)
{
    struct gt_buf here;
    gt_buf_init(&here, 4096);
    gt_buf_printf(&here, "%s%s%s", page->request->path, page->request->query[0] ? "?" : "",
                  page->request->query);
    if (gt_buf_err(&here) == GT_OK && gt_path_good(here.data))
        gt_tmpl_set(page->data, "Page.Here", here.data);
    gt_buf_done(&here);
}

void gt_page_words(struct gt_page *page, const char *name)
{
    gt_words_each(page->site->words, page->lang, name, set_word, page->data);
}

/* Sets what every page has, whatever it shows. */
static void set_frame(struct gt_page *page, const char *name)
{
    enum gt_lang other = page->lang == GT_LANG_ZH ? GT_LANG_EN : GT_LANG_ZH;
    gt_page_words(page, name);
    if (page->site->common)
        gt_page_words(page, page->site->common);
    gt_tmpl_set(page->data, "Page.Name", name);
    gt_tmpl_set(page->data, "Page.Prefix", page->site->prefix);
    gt_tmpl_set(page->data, "Page.Path", page->request->path);
    set_here(page);
    gt_tmpl_set(page->data, "Page.Lang", page->lang == GT_LANG_ZH ? "zh-CN" : "en");
    gt_tmpl_set(page->data, "Page.OtherLang", gt_lang_name(other));
    gt_tmpl_set(page->data, "Page.RequestId", gt_log_request_id());
    gt_tmpl_set(page->data, "Page.Token", page->token);
    if (page->site->frame)
        page->site->frame(page);
}

/* Macros leave empty lines where they are defined: a page begins with its first character. */
static void cut_front(struct gt_buf *body)
{
    size_t n = strspn(body->data, " \n");
    memmove(body->data, body->data + n, body->len - n + 1);
    body->len -= n;
}

enum gt_err gt_page_show_as(struct gt_page *page, const char *name, int status)
{
    char path[1024];
    set_frame(page, name);
    show_flash(page);
    int n = snprintf(path, sizeof path, "%s/%s.cs", page->site->templates, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return gt_err_set(GT_ERR_TOOBIG, "the path of template %s", name);
    gt_buf_reset(&page->reply->body);
    enum gt_err err = gt_tmpl_render_file(page->data, path, &page->reply->body);
    if (err != GT_OK)
        return err;
    cut_front(&page->reply->body);
    page->reply->status = status;
    page->reply->content_type = "text/html; charset=utf-8";
    if (page->visit[0])
        gt_cookie_set(page->reply, "visit", page->visit, 0);
    page->done = true;
    return GT_OK;
}

enum gt_err gt_page_show(struct gt_page *page, const char *name)
{
    return gt_page_show_as(page, name, 200);
}

enum gt_err gt_page_go(struct gt_page *page, const char *path)
{
    if (!gt_path_good(path))
        return gt_err_set(GT_ERR_INTERNAL, "a redirect to %s", path);
    gt_http_reply_text(page->reply, 303, "see the address in Location");
    gt_http_reply_header(page->reply, "Location", path);
    page->done = true;
    return GT_OK;
}

/* What an error page says: the texts of "error.404" and "error.404_help", in both languages. */
static void set_error(struct gt_page *page, int status)
{
    const enum gt_lang langs[] = {page->lang, page->lang == GT_LANG_ZH ? GT_LANG_EN : GT_LANG_ZH};
    char word[32];
    for (int i = 0; i < 2; i++) {
        (void)snprintf(word, sizeof word, "error.%d", status);
        gt_page_set(page, gt_words_get(page->site->words, langs[i], word), "Error.%d.Title", i);
        (void)snprintf(word, sizeof word, "error.%d_help", status);
        gt_page_set(page, gt_words_get(page->site->words, langs[i], word), "Error.%d.Text", i);
        gt_page_set(page, langs[i] == GT_LANG_ZH ? "zh-CN" : "en", "Error.%d.Lang", i);
    }
    gt_page_set_int(page, status, "Error.Status");
}

enum gt_err gt_page_error(struct gt_page *page, int status)
{
    struct gt_tmpl_data *fresh = NULL;
    enum gt_err err = gt_tmpl_data_new(&fresh);
    if (err == GT_OK) {
        gt_tmpl_data_free(page->data);
        page->data = fresh;
        set_error(page, status);
        err = gt_page_show_as(page, "error", status);
    }
    if (err == GT_OK)
        return GT_OK;
    gt_log_err("page.error_page", err);
    gt_buf_reset(&page->reply->headers);
    gt_http_reply_text(page->reply, status,
                       "出错了，请稍后重试。 Something failed: try again later.");
    page->done = true;
    return GT_OK;
}
