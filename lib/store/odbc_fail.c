/*
 * The one place where a driver's diagnosis becomes a failure.
 *
 * A diagnosis is several records, and the one that tells is not always the first: FreeTDS puts
 * "could not be prepared" (8180) in front of the deadlock that was the reason.  So all are read,
 * and the one with the worst fate counts.  A lost link shows in many ways, sometimes with no record
 * at all, so after any error the driver is also asked whether the connection is dead; it knows only
 * after I/O that failed.
 */
#include "store/odbc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Records that are looked at; a server that goes on and on says nothing new. */
#define RECORDS_MOST 16

/* A secret of this length is masked wherever it stands alone; a shorter one is a word of everyday
 * texts too, and only masked behind its key. */
#define SECRET_LEAST 8

struct record {
    char state[6];
    SQLINTEGER native;
    char text[GT_ERR_TEXT_MAX];
};

/* The first line of a message, without the "[vendor][component]" in front: what follows may quote
 * data. */
static void message_plain(char *text)
{
    char *p = text;
    while (*p == '[' && strchr(p, ']'))
        p = strchr(p, ']') + 1;
    p += strspn(p, " ");
    size_t n = strcspn(p, "\r\n");
    while (n > 0 && (p[n - 1] == ';' || p[n - 1] == ' '))
        n--;
    memmove(text, p, n);
    text[n] = '\0';
}

/* Reads the record with this number, from 1; false behind the last. */
static bool record_read(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT number, struct record *r)
{
    SQLSMALLINT len = 0;
    *r = (struct record){.native = 0};
    SQLRETURN rc = SQLGetDiagRec(kind, handle, number, (SQLCHAR *)r->state, &r->native,
                                 (SQLCHAR *)r->text, (SQLSMALLINT)sizeof(r->text), &len);
    if (!SQL_SUCCEEDED(rc))
        return false;
    message_plain(r->text);
    return true;
}

static bool conn_dead(struct gt_odbc_conn *c)
{
    SQLUINTEGER dead = SQL_CD_FALSE;
    return SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_CONNECTION_DEAD, &dead, 0, NULL)) &&
           dead == SQL_CD_TRUE;
}

static void fate_is(struct gt_odbc_conn *c, enum gt_fate fate)
{
    if (fate > c->fate)
        c->fate = fate;
}

/* Whether what `code` says of the same failure says more than what is known of it. */
static bool tells_more(const struct gt_server_code *code, const struct gt_server_code *known)
{
    if (!known->state)
        return code->state != NULL;
    return code->state && code->fate > known->fate;
}

enum gt_err gt_odbc_fail(struct gt_odbc_conn *c, SQLSMALLINT kind, SQLHANDLE handle,
                         const char *what)
{
    c->broken = true;
    struct record first, next;
    if (!record_read(kind, handle, 1, &first)) {
        fate_is(c, GT_FATE_LOST);
        return gt_err_set(GT_ERR_BUSY, "%.60s: the link to the database is lost", what);
    }
    const struct gt_server_code *code = gt_server_code(c->server, first.state, first.native);
    for (SQLSMALLINT i = 2; i <= RECORDS_MOST && record_read(kind, handle, i, &next); i++) {
        const struct gt_server_code *other = gt_server_code(c->server, next.state, next.native);
        if (tells_more(other, code)) {
            code = other;
            first = next;
        }
    }
    bool lost = code->fate == GT_FATE_LOST || conn_dead(c);
    fate_is(c, lost ? GT_FATE_LOST : code->fate);
    return gt_err_set(lost ? GT_ERR_BUSY : code->err, "%.60s: %s (%s %d)", what, first.text,
                      first.state, (int)first.native);
}

/* --- connecting ------------------------------------------------------------------------------- */

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Takes `len` bytes at `at` out of the text and puts "***" there; where it goes on behind. */
static char *mask_at(char *text, size_t size, char *at, size_t len)
{
    char rest[GT_ERR_TEXT_MAX];
    (void)snprintf(rest, sizeof(rest), "%s", at + len);
    size_t left = size - (size_t)(at - text);
    (void)snprintf(at, left, "***%s", rest);
    return at + (left > 3 ? 3 : strlen(at));
}

/* Masks what stands behind `key` and "=", as a connection string has it. */
static void mask_value(char *text, size_t size, const char *key)
{
    size_t n = strlen(key);
    for (char *at = text; (at = strcasestr(at, key)) != NULL;) {
        bool whole = at == text || !word_char(at[-1]);
        at += n;
        size_t blanks = strspn(at, " ");
        if (!whole || at[blanks] != '=')
            continue;
        at += blanks + 1;
        at += strspn(at, " ");
        size_t len = strcspn(at, at[0] == '{' ? "}" : "; ");
        at = mask_at(text, size, at, len + (at[len] == '}'));
    }
}

/* Masks the secret itself where it stands as a word of its own. */
static void mask_word(char *text, size_t size, const char *secret)
{
    size_t n = strlen(secret);
    for (char *at = text; n >= SECRET_LEAST && (at = strstr(at, secret)) != NULL;) {
        bool whole = (at == text || !word_char(at[-1])) && !word_char(at[n]);
        at = whole ? mask_at(text, size, at, n) : at + 1;
    }
}

void gt_odbc_mask(const char *string, char *text, size_t size)
{
    static const char *const keys[] = {"Pwd", "Password"};
    char secret[256];
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        mask_value(text, size, keys[i]);
        if (gt_odbc_value(string, keys[i], secret, sizeof(secret)))
            mask_word(text, size, secret);
    }
    gt_wipe(secret, sizeof(secret));
}

static bool login_refused(const struct record *r)
{
    return strncmp(r->state, "28", 2) == 0 || r->native == 18456 || r->native == 4002 ||
           strstr(r->text, "password authentication failed");
}

/* The server has no such database. */
static bool no_database(const struct record *r)
{
    return r->native == 4060 || strcmp(r->state, "3D000") == 0 ||
           (strstr(r->text, "database \"") && strstr(r->text, "does not exist"));
}

enum gt_err gt_odbc_connect_fail(struct gt_odbc_conn *c)
{
    struct record r, next;
    if (!record_read(SQL_HANDLE_DBC, c->dbc, 1, &r))
        return gt_err_set(GT_ERR_BUSY, "cannot connect to the database");
    for (SQLSMALLINT i = 2; i <= RECORDS_MOST && !login_refused(&r); i++) {
        if (!record_read(SQL_HANDLE_DBC, c->dbc, i, &next))
            break;
        if (login_refused(&next))
            r = next;
    }
    enum gt_err err = GT_ERR_BUSY;
    if (login_refused(&r))
        err = GT_ERR_DENIED;
    else if (strncmp(r.state, "IM", 2) == 0 || strcmp(r.state, "01000") == 0)
        err = GT_ERR_CONFIG; /* no such driver */
    else if (no_database(&r))
        err = GT_ERR_CONFIG;
    /* A driver may quote what it was given. */
    gt_odbc_mask(c->db->odbc->string, r.text, sizeof(r.text));
    return gt_err_set(err, "cannot connect to the database: %s (%s %d)", r.text, r.state,
                      (int)r.native);
}
