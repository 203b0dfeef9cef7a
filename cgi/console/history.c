/*
 * Showing the history of an object.
 */
#include "history.h"

#include "access/right.h"
#include "base/text.h"
#include "param.h"

#include <stdio.h>
#include <string.h>

const char *gt_object_label(const struct gt_page *page, const char *object,
                            char out[GT_OBJECT_LABEL])
{
    const char *code = strncmp(object, "account ", 8) == 0 ? strchr(object + 8, ' ') : NULL;
    if (code)
        (void)snprintf(out, GT_OBJECT_LABEL, "%s%s", gt_page_word(page, "account_of"), code);
    else if (strncmp(object, "item ", 5) == 0)
        (void)snprintf(out, GT_OBJECT_LABEL, "%s%s", gt_page_word(page, "item.title"), object + 4);
    else
        (void)snprintf(out, GT_OBJECT_LABEL, "%s", object);
    return out;
}

static bool among(const char *const *groups, const char *what)
{
    for (; *groups; groups++) {
        size_t length = strlen(*groups);
        if (strncmp(what, *groups, length) == 0 && what[length] == '.')
            return true;
    }
    return false;
}

void gt_history_read(struct gt_tx *tx, const char *const *groups, const char *object,
                     struct gt_history *history)
{
    struct gt_oplog rows[GT_HISTORY_MAX];
    size_t n = gt_oplog_history(tx, object, 0, 0, rows, GT_HISTORY_MAX);
    history->n = 0;
    /* A user may be called like an organisation. */
    for (size_t i = 0; i < n; i++) {
        if (among(groups, rows[i].what))
            history->rows[history->n++] = rows[i];
    }
}

/* --- what was done, before and after */

const char *gt_what_word(const char *what, char out[GT_OBJECT_LABEL])
{
    const char *dot = strchr(what, '.');
    (void)snprintf(out, GT_OBJECT_LABEL, "%.*s.did_%s", (int)strcspn(what, "."), what,
                   dot ? dot + 1 : "");
    return out;
}

const char *gt_what_label(const struct gt_page *page, const char *what, char out[GT_OBJECT_LABEL])
{
    if (gt_words_has(page->site->words, gt_what_word(what, out)))
        return gt_page_word(page, out);
    (void)snprintf(out, GT_OBJECT_LABEL, "%s", what);
    return out;
}

/* "user.view,txn.view" in words. */
static void set_rights(struct gt_page *page, const char *keys, const char *leaf, int part,
                       const char *side)
{
    struct gt_buf text;
    char key[32];
    enum gt_right right;
    bool english = page->lang == GT_LANG_EN;
    gt_buf_init(&text, 4096);
    for (const char *at = keys; *at;) {
        size_t n = strcspn(at, ",");
        (void)snprintf(key, sizeof key, "%.*s", (int)n, at);
        const char *name = key;
        if (gt_right_find(key, &right))
            name = english ? gt_right_info(right)->en : gt_right_info(right)->zh;
        gt_buf_printf(&text, "%s%s", at == keys ? "" : english ? ", " : "、", name);
        at += n + (at[n] == ',');
    }
    gt_page_set(page, gt_buf_err(&text) == GT_OK ? text.data : keys, "%s.Part.%d.%s", leaf, part,
                side);
    gt_buf_done(&text);
}

/* Sets a value as people read it: states have words, and amounts that a request holds are fen. */
static void set_value(struct gt_page *page, const char *name, const char *value, const char *leaf,
                      int part, const char *side)
{
    bool number = *value && strspn(value, "0123456789") == strlen(value);
    char word[64];
    int64_t fen;
    (void)snprintf(word, sizeof word, "log_value.%.20s_%.20s", name, value);
    if (gt_words_has(page->site->words, word)) {
        gt_page_set(page, gt_page_word(page, word), "%s.Part.%d.%s", leaf, part, side);
    } else if (number && gt_int_parse(value, &fen) == GT_OK &&
               (strcmp(name, "limit") == 0 || strcmp(name, "from") == 0 ||
                strcmp(name, "amount") == 0)) {
        gt_page_set_money(page, fen, "%s.Part.%d.%s", leaf, part, side);
    } else if (strcmp(name, "rights") == 0 && *value) {
        set_rights(page, value, leaf, part, side);
    } else {
        gt_page_set(page, *value ? value : "–", "%s.Part.%d.%s", leaf, part, side);
    }
}

static void set_name(struct gt_page *page, const char *name, const char *leaf, int part)
{
    char word[64];
    (void)snprintf(word, sizeof word, "log_name.%.40s", name);
    gt_page_set(page, gt_words_has(page->site->words, word) ? gt_page_word(page, word) : name,
                "%s.Part.%d.Name", leaf, part);
}

/* "name A -> B, limit_txn 1.00 -> 2.00".  False if some part is not of this form: a name may hold a
 * comma, and then all of it is shown as it is. */
static bool show_changes(struct gt_page *page, char *text, const char *leaf)
{
    char *at = text, *next;
    for (char *item = text; item; item = next) {
        next = strstr(item, ", ");
        char *arrow = strstr(item, " -> ");
        if (!arrow || (next && arrow > next) || !strchr(item, ' ') || strchr(item, ' ') >= arrow)
            return false;
        next = next ? next + 2 : NULL;
    }
    for (int part = 0; at; part++, at = next) {
        next = strstr(at, ", ");
        if (next) {
            *next = '\0';
            next += 2;
        }
        char *before = strchr(at, ' '), *after = strstr(at, " -> ");
        *before++ = '\0';
        *after = '\0';
        set_name(page, at, leaf, part);
        set_value(page, at, before, leaf, part, "Before");
        set_value(page, at, after + 4, leaf, part, "After");
    }
    return true;
}

/* "role=manager org=S1". */
static bool show_pairs(struct gt_page *page, char *text, const char *leaf)
{
    char *rest = text, *item;
    for (const char *at = text; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (!memchr(at, '=', strcspn(at, " ")))
            return false;
    }
    for (int part = 0; (item = strsep(&rest, " ")); part++) {
        char *value = strchr(item, '=');
        *value++ = '\0';
        set_name(page, item, leaf, part);
        set_value(page, item, value, leaf, part, "After");
    }
    return true;
}

/* Cuts off the reason behind "state 1 -> 2; reason", and shows it.  Only there: elsewhere a name
 * may hold a semicolon. */
static void show_reason(struct gt_page *page, char *text, const char *leaf)
{
    char *end = strncmp(text, "state ", 6) == 0 ? strstr(text, "; ") : NULL;
    if (!end)
        return;
    *end = '\0';
    gt_page_set(page, end + 2, "%s.Reason", leaf);
}

/* A parameter's numbers, in its unit: "10000000 -> 5000000 (inherited)".  False if it is none. */
static bool show_param(struct gt_page *page, const struct gt_oplog *row, const char *leaf)
{
    char key[64], text[GT_PARAM_TEXT];
    enum gt_param param;
    int64_t value;
    const char *arrow = strstr(row->detail, " -> ");
    (void)snprintf(key, sizeof key, "%.*s", (int)strcspn(row->object, "@"), row->object);
    if (strncmp(row->what, "param.", 6) != 0 || !arrow || !gt_param_find(key, &param))
        return false;
    for (int after = 0; after < 2; after++) {
        const char *at = after ? arrow + 4 : row->detail;
        (void)snprintf(key, sizeof key, "%.*s", (int)strcspn(at, " "), at);
        if (gt_int_parse(key, &value) != GT_OK)
            return false;
        gt_page_set(page, gt_param_text(page, param, value, text), "%s.Part.0.%s", leaf,
                    after ? "After" : "Before");
    }
    return true;
}

void gt_detail_show(struct gt_page *page, const struct gt_oplog *row, const char *leaf)
{
    const char *detail = row->detail;
    char text[1300];
    if (show_param(page, row, leaf))
        return;
    /* A decision: "credit.limit 12: limit=…"; what was decided says the rest.  Of an item only the
     * action: its other figures are keys, and on the item's own page. */
    bool item = strncmp(row->what, "approval.", 9) == 0 && strncmp(detail, "item ", 5) == 0;
    const char *colon = item || strncmp(detail, "credit.", 7) == 0 ? strstr(detail, ": ") : NULL;
    (void)snprintf(text, sizeof text, "%s", colon ? colon + 2 : detail);
    if (item)
        text[strcspn(text, " ")] = '\0';
    show_reason(page, text, leaf);
    if (!*text || (!show_changes(page, text, leaf) && !show_pairs(page, text, leaf)))
        gt_page_set(page, detail, "%s.Detail", leaf);
}

void gt_history_show(struct gt_page *page, const struct gt_history *history)
{
    for (size_t i = 0; i < history->n; i++) {
        const struct gt_oplog *row = &history->rows[i];
        char leaf[32], label[GT_OBJECT_LABEL];
        (void)snprintf(leaf, sizeof leaf, "History.%zu", i);
        gt_page_set_time(page, row->at, "History.%zu.At", i);
        gt_page_set(page, row->who, "History.%zu.Who", i);
        gt_page_set(page, gt_what_label(page, row->what, label), "History.%zu.What", i);
        gt_detail_show(page, row, leaf);
    }
}
