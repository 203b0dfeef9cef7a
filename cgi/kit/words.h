/*
 * The words of the pages, in Chinese and English.
 *
 * `templates/lang/zh.hdf` and `en.hdf` hold what pages share; `<page>.zh.hdf` and `<page>.en.hdf`
 * hold a page's own, whose names get the page's in front: `title` of org.zh.hdf is "org.title".
 * A line is `name = text`; {1}, {2} stand for what the program puts there.
 */
#ifndef GT_KIT_WORDS_H
#define GT_KIT_WORDS_H

#include "base/buf.h"

#include <stdbool.h>

enum gt_lang { GT_LANG_ZH, GT_LANG_EN, GT_LANG__MAX };

struct gt_words; /* never changes once it is loaded: any thread may use it */

/* Reads every word file of `folder`; owned by the caller.  GT_ERR_CONFIG with file and line (also
 * for a name that one language lacks), GT_ERR_ABSENT, GT_ERR_IO, GT_ERR_NOMEM. */
enum gt_err gt_words_load(const char *folder, struct gt_words **words) GT_CHECK;
void gt_words_free(struct gt_words *words);

/* A text; the name itself if there is none.  Borrowed from `words`, or `name`. */
const char *gt_words_get(const struct gt_words *words, enum gt_lang lang, const char *name);
bool gt_words_has(const struct gt_words *words, const char *name);
/* Appends a text with {1} … {9} replaced by `args`; a place without an argument stays empty. */
void gt_words_put(const struct gt_words *words, enum gt_lang lang, const char *name,
                  const char *const *args, size_t nargs, struct gt_buf *out);

/* Calls `each` for every word that pages share and for every word of `page` (NULL: none). */
void gt_words_each(const struct gt_words *words, enum gt_lang lang, const char *page,
                   void (*each)(void *ctx, const char *name, const char *text), void *ctx);

/* "zh", "en"; static.  And back: false if there is none. */
const char *gt_lang_name(enum gt_lang lang);
bool gt_lang_find(const char *name, enum gt_lang *lang);

#endif
