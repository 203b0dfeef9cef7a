/*
 * The sorter: runs of a fixed size, merged through a heap.
 *
 * One chunk of memory takes the records; when it is full it is sorted and written out.  To give
 * back, each run has a small buffer, and the heap's top is the run whose record comes next.
 */
#include "books/sort.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES  ((size_t)16 * 1024 * 1024)
#define BUFFER_BYTES ((size_t)128 * 1024)
#define RUNS_MAX     256

struct run {
    int fd;
    int64_t records, given; /* in the file; handed to the buffer */
    char *buf;
    size_t at, n; /* records in the buffer */
};

struct gt_sort {
    const char *folder;
    size_t size, chunk_max, buffer_max; /* bytes of a record; records */
    gt_sort_order order;
    char *chunk;
    size_t nchunk, chunk_at;
    struct run runs[RUNS_MAX];
    int nruns;
    int heap[RUNS_MAX];
    int nheap;
    bool begun; /* the heap's top was given out already */
    int64_t count;
};

enum gt_err gt_sort_new(const char *folder, size_t size, gt_sort_order order, struct gt_sort **sort)
{
    struct gt_sort *s = calloc(1, sizeof(*s));
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory to sort");
    *s = (struct gt_sort){.folder = folder,
                          .size = size,
                          .chunk_max = CHUNK_BYTES / size,
                          .buffer_max = BUFFER_BYTES / size,
                          .order = order};
    s->chunk = malloc(s->chunk_max * size);
    if (!s->chunk) {
        free(s);
        return gt_err_set(GT_ERR_NOMEM, "no memory to sort");
    }
    *sort = s;
    return GT_OK;
}

void gt_sort_free(struct gt_sort *sort)
{
    if (!sort)
        return;
    for (int i = 0; i < sort->nruns; i++) {
        (void)close(sort->runs[i].fd);
        free(sort->runs[i].buf);
    }
    free(sort->chunk);
    free(sort);
}

int64_t gt_sort_count(const struct gt_sort *sort)
{
    return sort->count;
}

/* --- runs --------------------------------------------------------------------------------------
 */

static enum gt_err disk(const char *what)
{
    return gt_err_sys(errno == ENOSPC ? GT_ERR_FULL : GT_ERR_IO, errno, "%s", what);
}

/* A file without a name. */
static int temp_file(const char *folder)
{
    char path[600];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    (void)snprintf(path, sizeof(path), "%s/.sort-XXXXXX", folder);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static enum gt_err write_out(struct gt_sort *s)
{
    if (s->nruns == RUNS_MAX)
        return gt_err_set(GT_ERR_TOOBIG, "more lines than can be sorted");
    struct run *r = &s->runs[s->nruns];
    size_t bytes = s->nchunk * s->size, done = 0;

    qsort(s->chunk, s->nchunk, s->size, s->order);
    *r = (struct run){.fd = temp_file(s->folder), .records = (int64_t)s->nchunk};
    if (r->fd < 0)
        return disk(s->folder);
    s->nruns++;
    while (done < bytes) {
        ssize_t n = write(r->fd, s->chunk + done, bytes - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return disk("writing a run");
        done += (size_t)n;
    }
    s->nchunk = 0;
    return GT_OK;
}

enum gt_err gt_sort_put(struct gt_sort *sort, const void *record)
{
    if (sort->nchunk == sort->chunk_max) {
        enum gt_err err = write_out(sort);
        if (err != GT_OK)
            return err;
    }
    memcpy(sort->chunk + sort->nchunk * sort->size, record, sort->size);
    sort->nchunk++;
    sort->count++;
    return GT_OK;
}

/* The next records of a run into its buffer, none behind the last. */
static enum gt_err refill(struct gt_sort *s, struct run *r)
{
    int64_t left = r->records - r->given;
    size_t want = left < (int64_t)s->buffer_max ? (size_t)left : s->buffer_max, done = 0;

    while (done < want * s->size) {
        off_t from = (off_t)(r->given * (int64_t)s->size) + (off_t)done;
        ssize_t n = pread(r->fd, r->buf + done, want * s->size - done, from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return gt_err_sys(GT_ERR_IO, n < 0 ? errno : EIO, "reading a run");
        done += (size_t)n;
    }
    r->given += (int64_t)want;
    r->at = 0;
    r->n = want;
    return GT_OK;
}

/* --- the heap ----------------------------------------------------------------------------------
 */

static const char *top_of(const struct gt_sort *s, int run)
{
    const struct run *r = &s->runs[run];

    return r->buf + r->at * s->size;
}

static bool before(const struct gt_sort *s, int a, int b)
{
    return s->order(top_of(s, s->heap[a]), top_of(s, s->heap[b])) < 0;
}

static void sift_down(struct gt_sort *s, int i)
{
    for (;;) {
        int least = i, left = 2 * i + 1;
        if (left < s->nheap && before(s, left, least))
            least = left;
        if (left + 1 < s->nheap && before(s, left + 1, least))
            least = left + 1;
        if (least == i)
            return;
        int run = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = run;
        i = least;
    }
}

/* What came last stays in memory if nothing was written out; else it is the last run. */
static enum gt_err end_puts(struct gt_sort *s)
{
    if (!s->nruns) {
        qsort(s->chunk, s->nchunk, s->size, s->order);
        return GT_OK;
    }
    enum gt_err err = s->nchunk ? write_out(s) : GT_OK;
    free(s->chunk);
    s->chunk = NULL;
    return err;
}

enum gt_err gt_sort_turn(struct gt_sort *sort)
{
    enum gt_err err = sort->chunk ? end_puts(sort) : GT_OK;

    sort->chunk_at = 0;
    sort->nheap = 0;
    sort->begun = false;
    for (int i = 0; i < sort->nruns && err == GT_OK; i++) {
        struct run *r = &sort->runs[i];
        if (!r->buf && !(r->buf = malloc(sort->buffer_max * sort->size)))
            return gt_err_set(GT_ERR_NOMEM, "no memory to merge");
        r->given = 0;
        err = refill(sort, r);
        sort->heap[sort->nheap++] = i;
    }
    for (int i = sort->nheap / 2 - 1; i >= 0 && err == GT_OK; i--)
        sift_down(sort, i);
    return err;
}

/* Past the record that was given out last. */
static enum gt_err step(struct gt_sort *s)
{
    struct run *r = &s->runs[s->heap[0]];

    r->at++;
    if (r->at == r->n) {
        enum gt_err err = refill(s, r);
        if (err != GT_OK)
            return err;
        if (r->n == 0)
            s->heap[0] = s->heap[--s->nheap];
    }
    sift_down(s, 0);
    return GT_OK;
}

enum gt_err gt_sort_next(struct gt_sort *sort, const void **record)
{
    *record = NULL;
    if (!sort->nruns) {
        if (sort->chunk_at < sort->nchunk)
            *record = sort->chunk + sort->chunk_at++ * sort->size;
        return GT_OK;
    }
    if (sort->begun && sort->nheap) {
        enum gt_err err = step(sort);
        if (err != GT_OK)
            return err;
    }
    sort->begun = true;
    if (sort->nheap)
        *record = top_of(sort, sort->heap[0]);
    return GT_OK;
}
