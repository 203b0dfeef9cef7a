/*
 * Everything that knows ClearSilver.
 *
 * Not here: pages (cgi), and the texts of messages (templates/).  Three rules of ClearSilver shape
 * this file: the escaping mode is read from the data set when a parser is made, so it is set right
 * before; every NEOERR is ended once, which take_error() does and nothing else; and a template is
 * read by our own loader, so that an include can only name a file beside it.
 */
#include "base/template.h"

#include "base/money.h"

#include <ClearSilver.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_BYTES     192
#define TEMPLATE_MAX_BYTES (1024 * 1024)

struct gt_tmpl_data {
    HDF *hdf;
    CSPARSE *parse;               /* of a gt_tmpl; else NULL */
    struct gt_tmpl_data *next;    /* in the gt_tmpl's list of those that nobody uses */
    enum gt_err err;              /* first failure of a set */
    char reason[GT_ERR_TEXT_MAX]; /* its context */
};

/* Ends a NEOERR and turns it into ours, with ClearSilver's message as context. */
static enum gt_err take_error(NEOERR *error)
{
    if (error == STATUS_OK)
        return GT_OK;
    enum gt_err err = GT_ERR_INTERNAL;
    if (error == INTERNAL_ERR)
        return gt_err_set(err, "ClearSilver failed without a reason");
    if (nerr_match(error, NERR_NOMEM))
        err = GT_ERR_NOMEM;
    else if (nerr_match(error, NERR_NOT_FOUND))
        err = GT_ERR_ABSENT;
    else if (nerr_match(error, NERR_PARSE) || nerr_match(error, NERR_OUTOFRANGE))
        err = GT_ERR_SYNTAX;
    else if (nerr_match(error, NERR_IO) || nerr_match(error, NERR_SYSTEM))
        err = GT_ERR_IO;
    STRING text;
    string_init(&text);
    nerr_error_string(error, &text);
    err = gt_err_set(err, "%s", text.buf ? text.buf : "no reason given");
    string_clear(&text);
    nerr_ignore(&error);
    return err;
}

/* --- data sets */

enum gt_err gt_tmpl_data_new(struct gt_tmpl_data **data)
{
    struct gt_tmpl_data *made = calloc(1, sizeof *made);
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a template's data");
    enum gt_err err = take_error(hdf_init(&made->hdf));
    if (err != GT_OK) {
        free(made);
        return err;
    }
    *data = made;
    return GT_OK;
}

void gt_tmpl_data_free(struct gt_tmpl_data *data)
{
    if (!data)
        return;
    if (data->parse)
        cs_destroy(&data->parse);
    hdf_destroy(&data->hdf);
    free(data);
}

/* Keeps the first failure and its context. */
static void keep(struct gt_tmpl_data *data, enum gt_err err)
{
    if (err == GT_OK || data->err != GT_OK)
        return;
    data->err = err;
    (void)snprintf(data->reason, sizeof data->reason, "%s", gt_err_text());
}

void gt_tmpl_set(struct gt_tmpl_data *data, const char *name, const char *text)
{
    if (data->err == GT_OK)
        keep(data, take_error(hdf_set_value(data->hdf, name, text)));
}

void gt_tmpl_set_int(struct gt_tmpl_data *data, const char *name, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    gt_tmpl_set(data, name, text);
}

void gt_tmpl_set_money(struct gt_tmpl_data *data, const char *name, int64_t fen)
{
    char text[GT_MONEY_MAX];
    gt_tmpl_set(data, name, gt_money_format(fen, text));
}

void gt_tmpl_set_item(struct gt_tmpl_data *data, const char *list, size_t i, const char *name,
                      const char *text)
{
    char full[NAME_MAX_BYTES];
    int n = snprintf(full, sizeof full, "%s.%zu.%s", list, i, name);
    if (n < 0 || (size_t)n >= sizeof full)
        keep(data, gt_err_set(GT_ERR_TOOBIG, "the name %s.%zu.%s is too long", list, i, name));
    else
        gt_tmpl_set(data, full, text);
}

/* --- rendering */

/* Where templates come from, and why one did not. */
struct loader {
    const char *folder; /* NULL: nothing may be included */
    enum gt_err err;
};

/* Refuses a template.  Never as NERR_NOT_FOUND: an include that is not found is passed over. */
static NEOERR *refuse(struct loader *loader, enum gt_err err, const char *name, const char *why)
{
    loader->err = err;
    return nerr_raise(NERR_IO, "%s: %s", name, why);
}

/* Reads the template `name` for ClearSilver, which frees it. */
static NEOERR *load(void *ctx, HDF *hdf, const char *name, char **contents)
{
    struct loader *loader = ctx;
    char path[4096];
    (void)hdf;
    if (!loader->folder)
        return refuse(loader, GT_ERR_SYNTAX, name, "a text includes nothing");
    if (name[0] == '.' || strchr(name, '/'))
        return refuse(loader, GT_ERR_SYNTAX, name, "not a file beside the template");
    int n = snprintf(path, sizeof path, "%s/%s", loader->folder, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return refuse(loader, GT_ERR_TOOBIG, name, "too long a path");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return refuse(loader, GT_ERR_ABSENT, name, "no such template");
    if (fd < 0)
        return refuse(loader, GT_ERR_IO, name, "cannot be opened");
    struct gt_buf text;
    gt_buf_init(&text, TEMPLATE_MAX_BYTES);
    gt_buf_read(&text, fd);
    (void)close(fd);
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_OK && !(*contents = strdup(text.data)))
        err = GT_ERR_NOMEM;
    gt_buf_done(&text);
    return err == GT_OK ? STATUS_OK : refuse(loader, err, name, gt_err_name(err));
}

/* Appends a piece of output; a buffer at its ceiling stops the rendering. */
static NEOERR *emit(void *ctx, char *text)
{
    struct gt_buf *out = ctx;
    gt_buf_puts(out, text);
    if (gt_buf_err(out) != GT_OK)
        return nerr_raise(NERR_NOMEM, "no room in the output");
    return STATUS_OK;
}

/* Parses either `text` or the file `name` of `folder` into `parse`. */
static enum gt_err parse_source(CSPARSE *parse, const char *text, const char *name)
{
    if (!text)
        return take_error(cs_parse_file(parse, name));
    char *copy = strdup(text);
    if (!copy)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a template");
    return take_error(cs_parse_string(parse, copy, strlen(copy)));
}

/* Makes a parser on the data's names with the template in it: `text`, or the file `name`. */
static enum gt_err parse_new(struct gt_tmpl_data *data, const char *text, const char *name,
                             struct loader *loader, CSPARSE **parse)
{
    enum gt_err err = take_error(hdf_set_value(data->hdf, "Config.VarEscapeMode", "html"));
    if (err == GT_OK)
        err = take_error(cs_init(parse, data->hdf));
    if (err != GT_OK)
        return err;
    cs_register_fileload(*parse, loader, load);
    err = take_error(cgi_register_strfuncs(*parse));
    if (err == GT_OK)
        err = parse_source(*parse, text, name);
    return err != GT_OK && loader->err != GT_OK ? loader->err : err;
}

/* Runs a parsed template. */
static enum gt_err parse_run(CSPARSE *parse, const struct loader *loader, struct gt_buf *out)
{
    enum gt_err err = take_error(cs_render(parse, out, emit));
    /* Our own callbacks know better why they refused. */
    if (err != GT_OK && loader->err != GT_OK)
        return loader->err;
    if (err != GT_OK && gt_buf_err(out) != GT_OK)
        return gt_err_set(gt_buf_err(out), "the output is longer than %zu bytes", out->ceiling);
    return err;
}

/* The first failure of a set, or of the output so far. */
static enum gt_err failed_before(const struct gt_tmpl_data *data, const struct gt_buf *out)
{
    if (gt_buf_err(out) != GT_OK)
        return gt_buf_err(out);
    return data->err == GT_OK ? GT_OK : gt_err_set(data->err, "%s", data->reason);
}

/* Renders either `text` or the file `name` of `folder`. */
static enum gt_err render(struct gt_tmpl_data *data, const char *text, const char *folder,
                          const char *name, struct gt_buf *out)
{
    CSPARSE *parse = NULL;
    struct loader loader = {.folder = folder};

    enum gt_err err = failed_before(data, out);
    if (err == GT_OK)
        err = parse_new(data, text, name, &loader, &parse);
    if (err == GT_OK)
        err = parse_run(parse, &loader, out);
    if (parse)
        cs_destroy(&parse);
    return err;
}

enum gt_err gt_tmpl_render_text(struct gt_tmpl_data *data, const char *text, struct gt_buf *out)
{
    return render(data, text, NULL, NULL, out);
}

enum gt_err gt_tmpl_render_file(struct gt_tmpl_data *data, const char *path, struct gt_buf *out)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
    if (!folder)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a template's name");
    enum gt_err err = render(data, NULL, folder, name, out);
    free(folder);
    return gt_err_add(err, "template %s", path);
}

/* --- templates that are rendered often */

struct gt_tmpl {
    char *text;
    pthread_mutex_t lock;
    struct gt_tmpl_data *idle; /* parsed, and used by nobody now */
};

enum gt_err gt_tmpl_new(const char *text, struct gt_tmpl **tmpl)
{
    struct gt_tmpl *made = calloc(1, sizeof *made);
    if (made && !(made->text = strdup(text))) {
        free(made);
        made = NULL;
    }
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a template");
    pthread_mutex_init(&made->lock, NULL);
    *tmpl = made;
    return GT_OK;
}

void gt_tmpl_free(struct gt_tmpl *tmpl)
{
    if (!tmpl)
        return;
    while (tmpl->idle) {
        struct gt_tmpl_data *next = tmpl->idle->next;
        gt_tmpl_data_free(tmpl->idle);
        tmpl->idle = next;
    }
    pthread_mutex_destroy(&tmpl->lock);
    free(tmpl->text);
    free(tmpl);
}

/* Removes all names but the configuration that the parser was made with. */
static void forget_names(struct gt_tmpl_data *data)
{
    HDF *next;
    for (HDF *node = hdf_obj_child(data->hdf); node; node = next) {
        next = hdf_obj_next(node);
        if (strcmp(hdf_obj_name(node), "Config") != 0)
            keep(data, take_error(hdf_remove_tree(data->hdf, hdf_obj_name(node))));
    }
}

enum gt_err gt_tmpl_take(struct gt_tmpl *tmpl, struct gt_tmpl_data **data)
{
    struct loader loader = {.folder = NULL};
    struct gt_tmpl_data *taken;

    pthread_mutex_lock(&tmpl->lock);
    taken = tmpl->idle;
    if (taken)
        tmpl->idle = taken->next;
    pthread_mutex_unlock(&tmpl->lock);
    if (taken) {
        *data = taken;
        return GT_OK;
    }
    enum gt_err err = gt_tmpl_data_new(&taken);
    if (err != GT_OK)
        return err;
    err = parse_new(taken, tmpl->text, NULL, &loader, &taken->parse);
    if (err != GT_OK) {
        gt_tmpl_data_free(taken);
        return err;
    }
    *data = taken;
    return GT_OK;
}

enum gt_err gt_tmpl_render(struct gt_tmpl_data *data, struct gt_buf *out)
{
    struct loader loader = {.folder = NULL};
    enum gt_err err = failed_before(data, out);
    return err == GT_OK ? parse_run(data->parse, &loader, out) : err;
}

void gt_tmpl_give(struct gt_tmpl *tmpl, struct gt_tmpl_data *data)
{
    if (!data)
        return;
    forget_names(data);
    if (data->err != GT_OK) { /* not to be trusted a second time */
        gt_tmpl_data_free(data);
        return;
    }
    pthread_mutex_lock(&tmpl->lock);
    data->next = tmpl->idle;
    tmpl->idle = data;
    pthread_mutex_unlock(&tmpl->lock);
}

enum gt_err gt_tmpl_start(void)
{
    enum gt_err err = take_error(nerr_init());
    if (err != GT_OK)
        return err;
    /* text_html compiles its patterns, and html_escape its table, when they are first used. */
    struct gt_tmpl_data *data = NULL;
    struct gt_buf out;
    gt_buf_init(&out, 4096);
    err = gt_tmpl_data_new(&data);
    if (err == GT_OK) {
        gt_tmpl_set(data, "X", "http://a.example/?a=1&b=2");
        err = gt_tmpl_render_text(
            data, "<?cs var:X ?><?cs var:html_escape(X) ?><?cs var:text_html(X) ?>", &out);
    }
    gt_tmpl_data_free(data);
    gt_buf_done(&out);
    return err;
}
