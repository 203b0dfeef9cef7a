/*
 * Reading queries and bodies of forms.
 *
 * Not here: what a value means (form.c).  Everything is copied once into a store of the request's
 * own size and decoded in place there, so nothing grows while it is read.
 */
#include "kit/params.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* RFC 2046: 1 to 70 characters. */
#define BOUNDARY_MAX 70

static enum gt_err room_for(struct gt_params *params, const char *text, size_t len, size_t count)
{
    if (count > GT_PARAMS_MAX)
        return gt_err_set(GT_ERR_TOOBIG, "more than %d parameters", GT_PARAMS_MAX);
    params->store = malloc(len + 1);
    params->list = calloc(count ? count : 1, sizeof *params->list);
    if (!params->store || !params->list)
        return gt_err_set(GT_ERR_NOMEM, "no memory for parameters");
    memcpy(params->store, text, len);
    params->store[len] = '\0';
    return GT_OK;
}

static enum gt_err check_text(const char *text, size_t len, size_t most)
{
    if (len > most)
        return gt_err_set(GT_ERR_TOOBIG, "a parameter of %zu bytes, %zu are the most", len, most);
    if (!gt_utf8_valid(text, len))
        return gt_err_set(GT_ERR_UTF8, "a parameter that is not UTF-8");
    return GT_OK;
}

/* Takes a name and a value into the list. */
static enum gt_err add(struct gt_params *params, const struct gt_pair *param)
{
    enum gt_err err = check_text(param->name, strlen(param->name), GT_PARAM_NAME_MAX);
    if (err == GT_OK && !param->name[0])
        err = gt_err_set(GT_ERR_SYNTAX, "a parameter without a name");
    if (err == GT_OK && !param->file)
        err = check_text(param->value, param->len, GT_PARAM_VALUE_MAX);
    if (err == GT_OK)
        params->list[params->n++] = *param;
    return err;
}

/* --- urlencoded */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes `len` bytes in place and ends them; gives the new length. */
static enum gt_err decode(char *text, size_t len, size_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '+') {
            text[n++] = ' ';
        } else if (text[i] == '%') {
            int high = len - i > 2 ? hex(text[i + 1]) : -1;
            int low = high >= 0 ? hex(text[i + 2]) : -1;
            if (low < 0)
                return gt_err_set(GT_ERR_SYNTAX, "a %% without two hexadecimal digits");
            text[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            text[n++] = text[i];
        }
    }
    text[n] = '\0';
    *out = n;
    return GT_OK;
}

/* Reads "name=value" of `len` bytes; the byte behind it may be overwritten. */
static enum gt_err read_pair(struct gt_params *params, char *pair, size_t len)
{
    char *equals = memchr(pair, '=', len);
    size_t name_len = equals ? (size_t)(equals - pair) : len;
    struct gt_pair param = {.name = pair, .value = ""};
    enum gt_err err = GT_OK;
    if (equals) {
        err = decode(equals + 1, len - name_len - 1, &param.len);
        param.value = equals + 1;
    }
    size_t decoded = 0;
    if (err == GT_OK)
        err = decode(pair, name_len, &decoded);
    if (err == GT_OK && decoded != strlen(pair))
        err = gt_err_set(GT_ERR_UTF8, "a NUL in a parameter's name");
    return err == GT_OK ? add(params, &param) : err;
}

enum gt_err gt_params_urlencoded(struct gt_params *params, const char *text, size_t len)
{
    size_t count = 1;
    for (size_t i = 0; i < len; i++)
        count += text[i] == '&';
    enum gt_err err = room_for(params, text, len, count);
    char *at = params->store, *end = at + len;
    while (err == GT_OK && at < end) {
        char *next = memchr(at, '&', (size_t)(end - at));
        size_t n = (size_t)((next ? next : end) - at);
        err = read_pair(params, at, n);
        at += n + 1;
    }
    return err;
}

/* --- multipart */

/* Copies the boundary that a Content-Type names; false if it names none that may be. */
static bool find_boundary(const char *content_type, char out[BOUNDARY_MAX + 1])
{
    const char *at = strcasestr(content_type, "boundary=");
    if (!at)
        return false;
    at += strlen("boundary=");
    bool quoted = *at == '"';
    at += quoted;
    size_t n = strcspn(at, quoted ? "\"" : "; \t");
    if (n == 0 || n > BOUNDARY_MAX)
        return false;
    memcpy(out, at, n);
    out[n] = '\0';
    return true;
}

/* Finds `key="…"` in a part's Content-Disposition and ends the value in place; NULL if it is not
 * there.  Browsers write a quote inside as %22 (HTML, multipart/form-data encoding). */
static char *quoted_value(char *header, const char *key)
{
    size_t n = strlen(key);
    for (char *at = strchr(header, ';'); at; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " \t");
        if (strncasecmp(at, key, n) != 0 || at[n] != '=' || at[n + 1] != '"')
            continue;
        char *value = at + n + 2, *end = strchr(value, '"');
        if (!end)
            return NULL;
        *end = '\0';
        return value;
    }
    return NULL;
}

/* The name of a file without the folders that some browsers send. */
static const char *bare_file(const char *name)
{
    const char *slash = strrchr(name, '/'), *back = strrchr(name, '\\');
    if (slash && (!back || slash > back))
        return slash + 1;
    return back ? back + 1 : name;
}

/* The line "Content-Disposition: …" among a part's headers, ended in place; NULL if none. */
static char *disposition(char *headers)
{
    static const char name[] = "content-disposition:";
    for (char *line = headers; line && *line;) {
        char *end = strstr(line, "\r\n");
        if (strncasecmp(line, name, sizeof name - 1) == 0) {
            if (end)
                *end = '\0';
            return line + sizeof name - 1;
        }
        line = end ? end + 2 : NULL;
    }
    return NULL;
}

/* Reads a part: headers, an empty line, content. */
static enum gt_err read_part(struct gt_params *params, char *part, size_t len)
{
    char *gap = memmem(part, len, "\r\n\r\n", 4);
    if (!gap)
        return gt_err_set(GT_ERR_SYNTAX, "a part without an end of its headers");
    *gap = '\0';
    size_t headers = (size_t)(gap - part);
    enum gt_err err = check_text(part, headers, 1024);
    if (err != GT_OK)
        return err;
    char *line = disposition(part);
    /* The later one in the line is looked for first: finding ends a value in place. */
    char *copy = line ? strstr(line, "filename=") : NULL;
    char *file = copy ? quoted_value(line, "filename") : NULL;
    char *name = line ? quoted_value(line, "name") : NULL;
    if (!name || (copy && !file))
        return gt_err_set(GT_ERR_SYNTAX, "a part without a name");
    struct gt_pair param = {.name = name,
                            .value = gap + 4,
                            .len = len - headers - 4,
                            .file = file ? bare_file(file) : NULL};
    part[len] = '\0'; /* the line end before the next boundary */
    return add(params, &param);
}

/* Counts the boundaries, which bounds the parts. */
static size_t count_of(const char *text, size_t len, const char *mark, size_t mark_len)
{
    size_t n = 0;
    const char *at = text, *end = text + len;
    while ((at = memmem(at, (size_t)(end - at), mark, mark_len))) {
        n++;
        at += mark_len;
    }
    return n;
}

enum gt_err gt_params_multipart(struct gt_params *params, const char *content_type,
                                const char *body, size_t len)
{
    char mark[BOUNDARY_MAX + 5] = "\r\n--"; /* in front of every boundary but the first */
    if (!find_boundary(content_type, mark + 4))
        return gt_err_set(GT_ERR_SYNTAX, "multipart/form-data without a boundary");
    size_t n = strlen(mark);
    enum gt_err err = room_for(params, body, len, count_of(body, len, mark + 2, n - 2));
    if (err != GT_OK)
        return err;
    char *at = params->store, *end = at + len;
    if (len < n - 2 || memcmp(at, mark + 2, n - 2) != 0)
        return gt_err_set(GT_ERR_SYNTAX, "the body does not begin with its boundary");
    at += n - 2;
    while (err == GT_OK) {
        if (end - at >= 2 && memcmp(at, "--", 2) == 0)
            return GT_OK;
        if (end - at < 2 || memcmp(at, "\r\n", 2) != 0)
            return gt_err_set(GT_ERR_SYNTAX, "a boundary without a line end");
        at += 2;
        char *next = memmem(at, (size_t)(end - at), mark, n);
        if (!next)
            return gt_err_set(GT_ERR_SYNTAX, "the body ends without its boundary");
        err = read_part(params, at, (size_t)(next - at));
        at = next + n;
    }
    return err;
}

/* --- looking */

void gt_params_done(struct gt_params *params)
{
    free(params->list);
    free(params->store);
    *params = (struct gt_params){.n = 0};
}

const struct gt_pair *gt_params_at(const struct gt_params *params, const char *name, size_t i)
{
    for (size_t at = 0; at < params->n; at++) {
        if (strcmp(params->list[at].name, name) == 0 && i-- == 0)
            return &params->list[at];
    }
    return NULL;
}

const char *gt_params_get(const struct gt_params *params, const char *name)
{
    const struct gt_pair *param = gt_params_at(params, name, 0);
    return param ? param->value : "";
}
