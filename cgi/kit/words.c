/*
 * Loading words and finding them.
 *
 * Not here: how a page shows them (page.c).  The files keep to the simplest part of ClearSilver's
 * HDF, a name and a text a line, so that they are read here without it and kept sorted: a page is
 * given the shared words and its own, not those of all pages.
 */
#include "kit/words.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX_BYTES (256 * 1024)
#define NAME_SIZE      64
#define GROW           256

struct word {
    char name[NAME_SIZE];
    char *text;
    bool shared; /* of zh.hdf or en.hdf */
};

struct list {
    struct word *word;
    size_t n, room;
};

struct gt_words {
    struct list list[GT_LANG__MAX]; /* sorted by name */
};

static const char *const lang_names[GT_LANG__MAX] = {"zh", "en"};

const char *gt_lang_name(enum gt_lang lang)
{
    return lang_names[lang];
}

bool gt_lang_find(const char *name, enum gt_lang *lang)
{
    for (int i = 0; i < GT_LANG__MAX; i++) {
        if (strcmp(lang_names[i], name) == 0) {
            *lang = (enum gt_lang)i;
            return true;
        }
    }
    return false;
}

/* --- loading */

static enum gt_err add(struct list *list, const char *page, const char *name, const char *text)
{
    if (list->n == list->room) {
        struct word *more = realloc(list->word, (list->room + GROW) * sizeof *more);
        if (!more)
            return gt_err_set(GT_ERR_NOMEM, "no memory for words");
        list->word = more;
        list->room += GROW;
    }
    struct word *word = &list->word[list->n];
    int n = snprintf(word->name, sizeof word->name, "%s%s%s", page, page[0] ? "." : "", name);
    if (n < 0 || (size_t)n >= sizeof word->name)
        return gt_err_set(GT_ERR_CONFIG, "the name %s is too long", name);
    word->shared = !page[0];
    word->text = strdup(text);
    if (!word->text)
        return gt_err_set(GT_ERR_NOMEM, "no memory for words");
    list->n++;
    return GT_OK;
}

/* Reads a line "name = text", or one that says nothing. */
static enum gt_err read_line(struct list *list, const char *page, char *line)
{
    static const char fit[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    line += strspn(line, " \t");
    if (!line[0] || line[0] == '#')
        return GT_OK;
    size_t n = strspn(line, fit);
    char *text = line + n + strspn(line + n, " \t");
    if (n == 0 || *text != '=')
        return gt_err_set(GT_ERR_CONFIG, "a line is name = text");
    text++;
    text += strspn(text, " \t");
    line[n] = '\0';
    if (!text[0])
        return gt_err_set(GT_ERR_CONFIG, "%s has no text", line);
    return add(list, page, line, text);
}

static enum gt_err read_text(struct list *list, const char *page, char *text)
{
    int number = 1;
    for (char *line = text; line; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        enum gt_err err = read_line(list, page, line);
        if (err != GT_OK)
            return gt_err_add(err, "line %d", number);
        line = end ? end + 1 : NULL;
    }
    return GT_OK;
}

static enum gt_err read_file(struct list *list, const char *page, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "%s", path);
    struct gt_buf text;
    gt_buf_init(&text, FILE_MAX_BYTES);
    gt_buf_read(&text, fd);
    (void)close(fd);
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_OK && !gt_utf8_valid(text.data, text.len))
        err = gt_err_set(GT_ERR_CONFIG, "not UTF-8");
    if (err == GT_OK)
        err = read_text(list, page, text.data);
    gt_buf_done(&text);
    return gt_err_add(err, "%s", path);
}

/* Reads a file of the folder, if it is one of words: [<page>.]<lang>.hdf. */
static enum gt_err read_entry(struct gt_words *words, const char *folder, const char *file)
{
    char path[1024], page[NAME_SIZE] = "", lang[8] = "";
    enum gt_lang which;
    size_t n = strlen(file);
    if (n < 6 || n >= sizeof page || strcmp(file + n - 4, ".hdf") != 0)
        return GT_OK;
    (void)snprintf(page, sizeof page, "%.*s", (int)(n - 4), file);
    char *dot = strrchr(page, '.');
    (void)snprintf(lang, sizeof lang, "%.7s", dot ? dot + 1 : page);
    if (dot)
        *dot = '\0';
    else
        page[0] = '\0';
    if (!gt_lang_find(lang, &which))
        return GT_OK;
    int len = snprintf(path, sizeof path, "%s/%s", folder, file);
    if (len < 0 || (size_t)len >= sizeof path)
        return gt_err_set(GT_ERR_TOOBIG, "%s: too long a path", folder);
    return read_file(&words->list[which], page, path);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct word *)a)->name, ((const struct word *)b)->name);
}

/* Both languages have the same names, each once. */
static enum gt_err check(const struct gt_words *words)
{
    for (int l = 0; l < GT_LANG__MAX; l++) {
        const struct list *list = &words->list[l];
        for (size_t i = 0; i < list->n; i++) {
            const char *name = list->word[i].name;
            if (i > 0 && strcmp(name, list->word[i - 1].name) == 0)
                return gt_err_set(GT_ERR_CONFIG, "%s stands there twice in %s", name,
                                  lang_names[l]);
            if (!gt_words_has(words, name))
                return gt_err_set(GT_ERR_CONFIG, "%s has no text in one language", name);
        }
    }
    if (words->list[0].n == 0)
        return gt_err_set(GT_ERR_ABSENT, "no words");
    return GT_OK;
}

enum gt_err gt_words_load(const char *folder, struct gt_words **words)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return gt_err_sys(errno == ENOENT ? GT_ERR_ABSENT : GT_ERR_IO, errno, "%s", folder);
    struct gt_words *made = calloc(1, sizeof *made);
    enum gt_err err = made ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for words");
    for (struct dirent *entry; err == GT_OK && (entry = readdir(dir));)
        err = read_entry(made, folder, entry->d_name);
    (void)closedir(dir);
    for (int l = 0; err == GT_OK && l < GT_LANG__MAX; l++) {
        if (made->list[l].n > 0)
            qsort(made->list[l].word, made->list[l].n, sizeof *made->list[l].word, compare);
    }
    if (err == GT_OK)
        err = gt_err_add(check(made), "words of %s", folder);
    if (err != GT_OK) {
        gt_words_free(made);
        return err;
    }
    *words = made;
    return GT_OK;
}

void gt_words_free(struct gt_words *words)
{
    if (!words)
        return;
    for (int l = 0; l < GT_LANG__MAX; l++) {
        for (size_t i = 0; i < words->list[l].n; i++)
            free(words->list[l].word[i].text);
        free(words->list[l].word);
    }
    free(words);
}

/* --- finding */

static const struct word *find(const struct gt_words *words, enum gt_lang lang, const char *name)
{
    const struct list *list = &words->list[lang];
    struct word key = {.text = NULL};
    if (list->n == 0 || gt_str_copy(key.name, sizeof key.name, name) != GT_OK)
        return NULL;
    return bsearch(&key, list->word, list->n, sizeof key, compare);
}

bool gt_words_has(const struct gt_words *words, const char *name)
{
    return find(words, GT_LANG_ZH, name) && find(words, GT_LANG_EN, name);
}

const char *gt_words_get(const struct gt_words *words, enum gt_lang lang, const char *name)
{
    const struct word *word = find(words, lang, name);
    return word ? word->text : name;
}

void gt_words_put(const struct gt_words *words, enum gt_lang lang, const char *name,
                  const char *const *args, size_t nargs, struct gt_buf *out)
{
    const char *text = gt_words_get(words, lang, name);
    for (const char *at = text; *at; at++) {
        if (at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}') {
            size_t i = (size_t)(at[1] - '1');
            gt_buf_puts(out, i < nargs ? args[i] : "");
            at += 2;
        } else {
            gt_buf_putc(out, *at);
        }
    }
}

void gt_words_each(const struct gt_words *words, enum gt_lang lang, const char *page,
                   void (*each)(void *ctx, const char *name, const char *text), void *ctx)
{
    const struct list *list = &words->list[lang];
    size_t n = page ? strlen(page) : 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct word *word = &list->word[i];
        bool own = n > 0 && strncmp(word->name, page, n) == 0 && word->name[n] == '.';
        if (word->shared || own)
            each(ctx, word->name, word->text);
    }
}
