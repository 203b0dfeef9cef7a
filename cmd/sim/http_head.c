/*
 * Request heads; see http_head.h.
 */
#include "http_head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool parse_length(const char *value, struct gt_sim_http_head *h)
{
    size_t digits = strspn(value, "0123456789");
    if (h->has_length || digits == 0 || digits > 9 || value[digits] != '\0') {
        return false;
    }
    h->body_len = (size_t)strtoul(value, NULL, 10);
    h->has_length = true;
    return true;
}

/* One header line, ended by NUL; blanks around its value are cut off. */
static bool parse_field(char *line, struct gt_sim_http_head *h)
{
    char *colon = strchr(line, ':');
    if (!colon || colon == line || strcspn(line, " \t") < (size_t)(colon - line)) {
        return false;
    }
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t len = strlen(value);
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t')) {
        value[--len] = '\0';
    }
    if (strcasecmp(line, "Content-Length") == 0) {
        return parse_length(value, h);
    }
    if (strcasecmp(line, "Transfer-Encoding") == 0) {
        h->chunked = true;
    } else if (strcasecmp(line, "Connection") == 0) {
        h->keep =
            strcasecmp(value, "close") != 0 && (h->keep || strcasecmp(value, "keep-alive") == 0);
    } else if (strcasecmp(line, "Expect") == 0) {
        h->expects = strcasecmp(value, "100-continue") == 0;
    }
    return true;
}

static bool parse_request_line(char *line, struct gt_sim_http_head *h)
{
    char *path = strchr(line, ' ');
    char *version = path ? strchr(path + 1, ' ') : NULL;
    if (!version || path == line || path[1] != '/') {
        return false;
    }
    *path++ = '\0';
    *version++ = '\0';
    path[strcspn(path, "?")] = '\0';
    h->method = line;
    h->path = path;
    h->keep = strcmp(version, "HTTP/1.1") == 0;
    return h->keep || strcmp(version, "HTTP/1.0") == 0;
}

bool gt_sim_http_parse_head(char *text, size_t len, struct gt_sim_http_head *h)
{
    *h = (struct gt_sim_http_head){0};
    if (memchr(text, '\0', len)) {
        return false;
    }
    text[len - 2] = '\0'; /* of the empty line: the last line keeps its CR LF */
    bool first = true;
    for (char *line = text; *line;) {
        char *end = strstr(line, "\r\n");
        if (!end) {
            return false;
        }
        *end = '\0';
        if (first ? !parse_request_line(line, h) : !parse_field(line, h)) {
            return false;
        }
        first = false;
        line = end + 2;
    }
    return !first;
}
