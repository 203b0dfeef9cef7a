/*
 * Fetches a file with libcurl.
 *
 * Unlike the calls of http.c nothing is at stake: a fetch that failed is done again from the start.
 * What does count is that half a file is never taken for a whole one: libcurl compares with the
 * length that was told, the reader with the count in the file's head, and the name is given last.
 */
#include "link/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A transfer that moves less than a byte a second for so long has died. */
#define STALL_S 30
/* Nobody waits at a counter: a handshake over a slow line may take its time. */
#define CONNECT_S 10

struct transfer {
    const struct gt_source *source;
    const struct gt_up_tick *tick;
    CURL *easy;
    int fd;
    int64_t bytes;
    int write_errno; /* our own disk failed */
    bool too_big, told_to_stop;
};

static size_t take_part(char *data, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    size_t len = size * n, done = 0;
    t->bytes += (int64_t)len;
    if (t->bytes > t->source->bytes_max) {
        t->too_big = true;
        return 0;
    }
    while (done < len) {
        ssize_t put = write(t->fd, data + done, len - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            t->write_errno = errno;
            return 0;
        }
        done += (size_t)put;
    }
    return len;
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
    struct transfer *t = ctx;
    (void)up_total, (void)up_now;
    t->told_to_stop = t->tick != NULL && !t->tick->tick(t->tick->arg, now, total);
    return t->told_to_stop ? 1 : 0;
}

static CURLcode set_options(struct transfer *t, const char *url)
{
    const struct gt_source *s = t->source;
    CURLcode rc = CURLE_OK;
#define SET(option, value) \
    if (rc == CURLE_OK)    \
    rc = curl_easy_setopt(t->easy, option, value)
    SET(CURLOPT_URL, url);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_PROTOCOLS_STR, "http,https,sftp,file");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s->ca_file[0] != '\0')
        SET(CURLOPT_CAINFO, s->ca_file);
    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
    SET(CURLOPT_WRITEFUNCTION, take_part);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, t);
    SET(CURLOPT_SSH_AUTH_TYPES, (long)CURLSSH_AUTH_PUBLICKEY);
    /* Without a file of known hosts none is known, and none is trusted. */
    SET(CURLOPT_SSH_KNOWNHOSTS, s->hosts[0] != '\0' ? s->hosts : "/dev/null");
    if (s->key[0] != '\0')
        SET(CURLOPT_SSH_PRIVATE_KEYFILE, s->key);
#undef SET
    return rc;
}

/* What a failed transfer means. */
static enum gt_err judge(const struct transfer *t, CURLcode rc)
{
    const char *why = curl_easy_strerror(rc);
    if (t->write_errno != 0)
        return gt_err_sys(t->write_errno == ENOSPC ? GT_ERR_FULL : GT_ERR_IO, t->write_errno,
                          "writing a statement");
    if (t->too_big)
        return gt_err_set(GT_ERR_TOOBIG, "the statement is longer than the definition allows");
    if (t->told_to_stop)
        return gt_err_set(GT_ERR_TIMEOUT, "stopped while fetching");
    switch (rc) {
    case CURLE_REMOTE_FILE_NOT_FOUND:
    case CURLE_FILE_COULDNT_READ_FILE:
        return gt_err_set(GT_ERR_ABSENT, "there is no statement of that day");
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return gt_err_set(GT_ERR_DENIED, "curl %d: %s", (int)rc, why);
    default:
        return gt_err_set(GT_ERR_BUSY, "the statement could not be fetched: curl %d: %s", (int)rc,
                          why);
    }
}

static enum gt_err judge_status(const struct transfer *t)
{
    char *scheme = NULL;
    long status = 0;
    if (curl_easy_getinfo(t->easy, CURLINFO_SCHEME, &scheme) != CURLE_OK || scheme == NULL)
        return gt_err_set(GT_ERR_INTERNAL, "a transfer without a scheme");
    if (strncasecmp(scheme, "http", 4) != 0)
        return GT_OK;
    if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        status = 0;
    switch (status) {
    case 200:
        return GT_OK;
    case 404:
    case 410:
        return gt_err_set(GT_ERR_ABSENT, "there is no statement of that day");
    case 401:
    case 403:
        return gt_err_set(GT_ERR_DENIED, "HTTP status %ld", status);
    default:
        return gt_err_set(GT_ERR_BUSY, "the statement could not be fetched: HTTP status %ld",
                          status);
    }
}

static enum gt_err transfer(struct transfer *t, const char *url)
{
    t->easy = curl_easy_init();
    if (t->easy == NULL || set_options(t, url) != CURLE_OK) {
        curl_easy_cleanup(t->easy);
        return gt_err_set(GT_ERR_NOMEM, "cannot make a connection object");
    }
    CURLcode rc = curl_easy_perform(t->easy);
    enum gt_err err = rc == CURLE_OK ? judge_status(t) : judge(t, rc);
    curl_easy_cleanup(t->easy);
    return err;
}

/* The folder's entry is on the disk as well. */
static enum gt_err sync_folder(const char *path)
{
    char folder[GT_PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) : 1,
             slash != NULL ? path : ".");
    int fd = open(folder[0] != '\0' ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 ? fsync(fd) : -1;
    if (fd >= 0)
        (void)close(fd);
    return rc == 0 ? GT_OK : gt_err_sys(GT_ERR_IO, errno, "%s", folder);
}

/* Opens the file beside, empty, for this fetch alone: another one may be under way, and may give it
 * its name between our opening and our lock. */
static enum gt_err open_part(const char *part, int *fd)
{
    for (;;) {
        struct stat mine, there;
        *fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (*fd < 0)
            return gt_err_sys(GT_ERR_IO, errno, "%s", part);
        if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
            (void)close(*fd);
            return gt_err_set(GT_ERR_BUSY, "another fetch of this statement goes on");
        }
        if (fstat(*fd, &mine) == 0 && stat(part, &there) == 0 && mine.st_ino == there.st_ino) {
            if (ftruncate(*fd, 0) == 0)
                return GT_OK;
            (void)close(*fd);
            return gt_err_sys(GT_ERR_IO, errno, "%s", part);
        }
        (void)close(*fd);
    }
}

enum gt_err gt_fetch(const struct gt_source *source, const char *name, const char *path,
                     const struct gt_up_tick *tick)
{
    struct transfer t = {.source = source, .tick = tick};
    char url[sizeof source->url + 192], part[GT_PATH_MAX + 8];
    snprintf(url, sizeof url, "%s%s", source->url, name);
    snprintf(part, sizeof part, "%s.part", path);
    enum gt_err err = open_part(part, &t.fd);
    if (err != GT_OK)
        return err;
    err = transfer(&t, url);
    if (err == GT_OK && fsync(t.fd) != 0)
        err = gt_err_sys(GT_ERR_IO, errno, "%s", part);
    if (err == GT_OK && rename(part, path) != 0)
        err = gt_err_sys(GT_ERR_IO, errno, "%s", path);
    if (err != GT_OK)
        (void)unlink(part);
    (void)close(t.fd); /* and the lock with it */
    return err == GT_OK ? sync_folder(path) : err;
}
