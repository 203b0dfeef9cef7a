/*
 * The service log.
 *
 * Not here: the operation log of the business, which is rows in the store.  A line is made on the
 * writing thread's stack and goes out with one write(2) to a descriptor opened with O_APPEND, so no
 * lock is needed and lines never mix.  Reopening puts the new file under the same descriptor number
 * with dup3(), which is atomic: a thread in the middle of write(2) ends in the old file, the next
 * line is in the new one, and none meets a closed descriptor.
 */
#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048
#define PATH_MAX_BYTES 512

/* Set by gt_log_open() before threads start; only `out` and `least` are touched afterwards. */
static struct {
    atomic_int out;            /* descriptor lines go to */
    atomic_int least;          /* enum gt_log_level */
    char path[PATH_MAX_BYTES]; /* "" for standard error */
    char service[32];
    int tz_minutes;
} state = {.out = STDERR_FILENO, .least = GT_LOG_INFO, .service = "gridtill", .tz_minutes = 480};

/* When a store or an upstream is gone every request fails alike: of one failure so many lines are
 * written in a second, the others are counted.  Failures beyond the table share its last place. */
enum { FAILURES = 64, FAILURES_A_SECOND = 5 };

struct failure {
    const char *event; /* by its address; NULL: free */
    enum gt_err err;
    int64_t second;
    int written, left_out;
};

static struct {
    pthread_mutex_t lock;
    struct failure place[FAILURES];
} failures = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local char request[GT_REQUEST_ID_MAX];

static const char *const level_names[] = {"debug", "info", "warn", "error"};
_Static_assert(sizeof level_names / sizeof level_names[0] == GT_LOG__MAX, "every level has a name");

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

/* Lets lines go to the file now at `path`.  The descriptor number stays if it is a file's. */
static enum gt_err switch_to(const char *path)
{
    int fd = open_file(path);
    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot open the log %s", path);
    int old = atomic_load(&state.out);
    if (old == STDERR_FILENO) {
        atomic_store(&state.out, fd);
        return GT_OK;
    }
    if (dup3(fd, old, O_CLOEXEC) < 0) {
        int errnum = errno;
        (void)close(fd);
        return gt_err_sys(GT_ERR_IO, errnum, "cannot change to the log %s", path);
    }
    (void)close(fd);
    return GT_OK;
}

enum gt_err gt_log_open(const char *path, const char *service, int tz_minutes)
{
    enum gt_err err = gt_str_copy(state.service, sizeof state.service, service);
    if (err == GT_OK)
        err = gt_str_copy(state.path, sizeof state.path, path ? path : "");
    if (err != GT_OK)
        return err;
    state.tz_minutes = tz_minutes;
    if (!path) {
        int old = atomic_exchange(&state.out, STDERR_FILENO);
        if (old != STDERR_FILENO)
            (void)close(old);
        return GT_OK;
    }
    return switch_to(path);
}

enum gt_err gt_log_reopen(void)
{
    return state.path[0] ? switch_to(state.path) : GT_OK;
}

void gt_log_level(enum gt_log_level least)
{
    atomic_store(&state.least, (int)least);
}

void gt_log_request(const char *id)
{
    /* An id that does not fit is left out: cut, it could name another request. */
    size_t n = strlen(id);
    if (n >= sizeof request)
        n = 0;
    memcpy(request, id, n);
    request[n] = '\0';
}

const char *gt_log_request_id(void)
{
    return request;
}

/* A line under construction; one byte is always kept for the line feed. */
struct line {
    char text[LINE_MAX_BYTES];
    size_t len;
};

/* Appends `n` bytes whole or not at all.  False when they do not fit. */
static int append(struct line *line, const char *bytes, size_t n)
{
    if (n >= sizeof line->text - line->len)
        return 0;
    memcpy(line->text + line->len, bytes, n);
    line->len += n;
    return 1;
}

/* Appends text in which nothing can begin a new line or command a terminal: control characters
 * (C1 too), backslashes and bytes that are no UTF-8 are escaped.  False when it does not fit. */
static int append_escaped(struct line *line, const char *text)
{
    size_t len = strlen(text);
    while (len > 0) {
        uint32_t code = 0;
        char escaped[8];
        size_t n = gt_utf8_next(text, len, &code);
        int fits;
        if (n == 0 || code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            unsigned value = n == 0 ? (unsigned char)*text : (unsigned)code;
            const char *form = code == '\n' ? "\\n" : code == '\t' ? "\\t" : NULL;
            if (!form) {
                (void)snprintf(escaped, sizeof escaped, "\\x%02x", value & 0xFF);
                form = escaped;
            }
            fits = append(line, form, strlen(form));
        } else if (code == '\\') {
            fits = append(line, "\\\\", 2);
        } else {
            fits = append(line, text, n);
        }
        if (!fits)
            return 0;
        n += n == 0;
        text += n;
        len -= n;
    }
    return 1;
}

/* Begins a line: time, level, service, process and request. */
static void begin(struct line *line, enum gt_log_level level)
{
    int64_t now = gt_now(gt_clock_system());
    char when[GT_TIME_MAX];
    (void)gt_time_format_xsd(now, state.tz_minutes, when);
    /* The zone is the last six characters; the milliseconds go in front of it. */
    size_t zone = strlen(when) - 6;
    int n =
        snprintf(line->text, sizeof line->text, "%.*s.%03d%s %s %s[%d]", (int)zone, when,
                 (int)(now % 1000), when + zone, level_names[level], state.service, (int)getpid());
    line->len = n > 0 ? (size_t)n : 0;
    if (request[0]) {
        (void)append(line, " req=", 5);
        (void)append_escaped(line, request);
    }
}

/* Ends the line and writes it.  What cannot be written is lost: there is nobody to tell. */
static void finish(struct line *line)
{
    line->text[line->len++] = '\n';
    ssize_t n;
    do {
        n = write(atomic_load(&state.out), line->text, line->len);
    } while (n < 0 && errno == EINTR);
}

static void write_line(enum gt_log_level level, const char *event, const char *text)
{
    struct line line;
    begin(&line, level);
    (void)append(&line, " ", 1);
    int fits = append_escaped(&line, event);
    if (text[0])
        fits = fits && append(&line, " ", 1) && append_escaped(&line, text);
    if (!fits) {
        static const char cut[] = " cut=1";
        size_t most = sizeof line.text - sizeof cut;
        if (line.len > most) {
            line.len = most;
            while (((unsigned char)line.text[line.len] & 0xC0) == 0x80)
                line.len--;
        }
        (void)append(&line, cut, sizeof cut - 1);
    }
    finish(&line);
}

void gt_log(enum gt_log_level level, const char *event, const char *fmt, ...)
{
    if ((int)level < atomic_load(&state.least))
        return;
    int errnum = errno;
    char text[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    if (vsnprintf(text, sizeof text, fmt, ap) < 0)
        text[0] = '\0';
    va_end(ap);
    write_line(level, event, text);
    errno = errnum;
}

/* Whether one more line may be written about this failure; `*left_out`: how many were not in the
 * seconds before. */
static int failure_fits(const char *event, enum gt_err err, int *left_out)
{
    int64_t second = gt_now(gt_clock_system()) / 1000;
    int fits = 1;
    (void)pthread_mutex_lock(&failures.lock);
    struct failure *f = failures.place;
    while (f < failures.place + FAILURES - 1 && f->event && (f->event != event || f->err != err))
        f++;
    if (f->event != event || f->err != err)
        *f = (struct failure){.event = event, .err = err};
    if (f->second != second) {
        *left_out = f->left_out;
        f->second = second;
        f->written = f->left_out = 0;
    }
    if (f->written < FAILURES_A_SECOND) {
        f->written++;
    } else {
        f->left_out++;
        fits = 0;
    }
    (void)pthread_mutex_unlock(&failures.lock);
    return fits;
}

void gt_log_err(const char *event, enum gt_err err)
{
    int left_out = 0;
    if (!failure_fits(event, err, &left_out))
        return;
    if (left_out > 0)
        gt_log(GT_LOG_ERROR, event, "err=%s left_out=%d %s", gt_err_name(err), left_out,
               gt_err_text());
    else
        gt_log(GT_LOG_ERROR, event, "err=%s %s", gt_err_name(err), gt_err_text());
}
