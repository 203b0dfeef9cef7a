/*
 * Showing the history of an object.
 */
#include "history.h"

#include <stdio.h>
#include <string.h>

const char *gt_object_label(const struct gt_page *page, const char *object,
                            char out[GT_OBJECT_LABEL])
{
    const char *code = strncmp(object, "account ", 8) == 0 ? strchr(object + 8, ' ') : NULL;
    if (code)
        (void)snprintf(out, GT_OBJECT_LABEL, "%s%s", gt_page_word(page, "account_of"), code);
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

void gt_history_show(struct gt_page *page, const struct gt_history *history)
{
    for (size_t i = 0; i < history->n; i++) {
        const struct gt_oplog *row = &history->rows[i];
        const char *dot = strchr(row->what, '.');
        char word[96];
        (void)snprintf(word, sizeof word, "%.*s.did_%s", (int)strcspn(row->what, "."), row->what,
                       dot ? dot + 1 : "");
        bool known = gt_words_has(page->site->words, word);
        gt_page_set_time(page, row->at, "History.%zu.At", i);
        gt_page_set(page, row->who, "History.%zu.Who", i);
        gt_page_set(page, known ? gt_page_word(page, word) : row->what, "History.%zu.What", i);
        gt_page_set(page, row->detail, "History.%zu.Detail", i);
    }
}
