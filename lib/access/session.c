/*
 * Sessions: rows, tokens, finding one and ending it.  How one begins is in signin.c.
 *
 * Neither token nor CSRF value is stored: the row has the token's digest, the CSRF value is another
 * digest of the token.
 */
#include "access/session.h"

#include "access/param.h"
#include "access/signin.h"
#include "access/state.h"
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_MS   INT64_C(60000)
#define SEEN_MS     MINUTE_MS
#define UNREADY_MS  (10 * MINUTE_MS) /* to give code, password or enrolment */
#define SWEEP_ROWS  200
#define TOKEN_BYTES 32

GT_ROW_DEFINE(gt_session, GT_SESSION_COLS);
GT_STMT(session_by_digest, GT_ROW_SELECT(gt_session, GT_SESSION_COLS) " WHERE digest = ?");
GT_STMT(session_of_user,
        GT_ROW_SELECT(gt_session, GT_SESSION_COLS) " WHERE user_id = ? ORDER BY id DESC");
GT_STMT(session_ended, "SELECT {top 200} " GT_ROW_NAMES(
                           GT_SESSION_COLS) " FROM gt_session WHERE ends_at <= ? {limit 200}");

/* --- tokens ------------------------------------------------------------------------------------
 */

static enum gt_err digest_of(const char *purpose, const char *token, char out[GT_SHA256_HEX])
{
    char text[GT_TOKEN_MAX + 16];
    uint8_t digest[GT_SHA256_SIZE];

    snprintf(text, sizeof(text), "%s:%.64s", purpose, token);
    enum gt_err err = gt_sha256(text, strlen(text), digest);
    if (err == GT_OK)
        gt_hex_encode(digest, sizeof(digest), out);
    gt_wipe(text, sizeof(text));
    return err;
}

enum gt_err gt_token_digest(const char *token, char digest[GT_SHA256_HEX])
{
    return digest_of("session", token, digest);
}

enum gt_err gt_token_csrf(const char *token, char csrf[GT_TOKEN_MAX])
{
    return digest_of("csrf", token, csrf);
}

enum gt_err gt_token_make(const struct gt_random *random, char token[GT_TOKEN_MAX],
                          char digest[GT_SHA256_HEX])
{
    uint8_t bytes[TOKEN_BYTES];
    enum gt_err err = random->fill(random->ctx, bytes, sizeof(bytes));

    if (err != GT_OK)
        return err;
    gt_hex_encode(bytes, sizeof(bytes), token);
    gt_wipe(bytes, sizeof(bytes));
    return gt_token_digest(token, digest);
}

bool gt_session_csrf_ok(const struct gt_visit *visit, const char *csrf)
{
    size_t len = strlen(visit->csrf);

    return len > 0 && strlen(csrf) == len && gt_same(csrf, visit->csrf, len);
}

/* --- what is wanted next -----------------------------------------------------------------------
 */

/* Whether the user must have one-time codes. */
static bool wants_otp(struct gt_tx *tx, int64_t user_id)
{
    int64_t who = gt_param_get(tx, GT_PARAM_OTP_WHO, "");
    struct gt_grants grants;

    if (who != 1)
        return who == 2;
    gt_grants_load(tx, user_id, &grants);
    return gt_grants_anywhere(&grants, GT_RIGHT_PARAM_MANAGE) ||
           gt_grants_anywhere(&grants, GT_RIGHT_SYSTEM_MANAGE);
}

static bool wants_password(struct gt_tx *tx, const struct gt_credential *credential, int64_t now)
{
    int64_t days = gt_param_get(tx, GT_PARAM_PASSWORD_DAYS, "");

    return credential->must_change ||
           (days && now - credential->changed_at > days * 24 * 60 * MINUTE_MS);
}

void gt_session_advance(struct gt_tx *tx, struct gt_session *session,
                        const struct gt_credential *credential, int done, int64_t now)
{
    if (done < GT_STAGE_CODE && credential->otp_state == GT_OTP_ON)
        session->stage = GT_STAGE_CODE;
    else if (done < GT_STAGE_PASSWORD && wants_password(tx, credential, now))
        session->stage = GT_STAGE_PASSWORD;
    else if (done < GT_STAGE_ENROL && credential->otp_state != GT_OTP_ON &&
             wants_otp(tx, session->user_id))
        session->stage = GT_STAGE_ENROL;
    else
        session->stage = GT_STAGE_FULL;
    session->seen_at = now;
    session->ends_at =
        session->stage == GT_STAGE_FULL
            ? session->since + gt_param_get(tx, GT_PARAM_SESSION_MOST, "") * 60 * MINUTE_MS
            : now + UNREADY_MS;
}

/* --- finding -----------------------------------------------------------------------------------
 */

bool gt_visit_fill(struct gt_tx *tx, struct gt_visit *visit)
{
    struct gt_credential credential = {.otp_state = GT_OTP_NONE};

    if (!gt_row_find(tx, &gt_user_row, visit->session.user_id, &visit->user) ||
        visit->user.state != GT_ENABLED ||
        !gt_row_find(tx, &gt_org_row, visit->user.org_id, &visit->org) ||
        !gt_org_active(tx, &visit->org))
        return false;
    (void)gt_credential_of(tx, visit->user.id, &credential);
    visit->otp = credential.otp_state == GT_OTP_ON;
    gt_grants_load(tx, visit->user.id, &visit->grants);
    if (visit->session.stage != GT_STAGE_FULL)
        visit->grants.n = 0;
    return gt_tx_err(tx) == GT_OK;
}

struct finding {
    char digest[GT_SHA256_HEX];
    int64_t now;
    struct gt_visit *visit;
    bool there;
};

/* Whether the session has not ended yet. */
static bool alive(struct gt_tx *tx, const struct gt_session *session, int64_t now)
{
    int64_t idle = gt_param_get(tx, GT_PARAM_SESSION_IDLE, "") * MINUTE_MS;

    return now < session->ends_at && now - session->seen_at < idle;
}

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct finding *f = arg;

    f->there = gt_row_one(tx, &gt_session_row, &f->visit->session, &session_by_digest,
                          GT_TEXT(f->digest)) &&
               alive(tx, &f->visit->session, f->now) && gt_visit_fill(tx, f->visit);
    return gt_tx_err(tx);
}

static enum gt_err seen_in(struct gt_tx *tx, void *arg)
{
    const struct finding *f = arg;
    struct gt_session session;

    /* Another request of the same minute may have been first, or ended it. */
    if (!gt_row_find(tx, &gt_session_row, f->visit->session.id, &session) ||
        session.seen_at + SEEN_MS > f->now)
        return gt_tx_err(tx);
    session.seen_at = f->now;
    gt_row_save(tx, &gt_session_row, &session);
    return gt_tx_err(tx);
}

enum gt_err gt_visit_find(const struct gt_by *by, const char *token, struct gt_visit *visit,
                          struct gt_refusal *no)
{
    struct finding f = {.now = gt_now(by->clock), .visit = visit};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (strlen(token) != GT_TOKEN_MAX - 1)
        return gt_refuse(no, GT_WHY_SESSION, "", 0, NULL);
    enum gt_err err = gt_token_digest(token, f.digest);
    if (err == GT_OK)
        err = gt_token_csrf(token, visit->csrf);
    if (err == GT_OK)
        err = gt_db_read(by->db, "session.find", find_in, &f);
    if (err == GT_OK && !f.there)
        err = gt_refuse(no, GT_WHY_SESSION, "", 0, NULL);
    if (err == GT_OK && visit->session.seen_at + SEEN_MS <= f.now)
        err = gt_db_transact(by->db, "session.seen", seen_in, &f);
    return err;
}

enum gt_err gt_session_again(struct gt_tx *tx, const struct gt_visit *visit, int stages,
                             struct gt_session *session, struct gt_refusal *no)
{
    if (!gt_row_lock(tx, &gt_session_row, visit->session.id, session) ||
        strcmp(session->digest, visit->session.digest) != 0 || !(stages >> session->stage & 1))
        return gt_tx_refuse(tx, no, GT_WHY_SESSION, "", 0, NULL);
    return gt_tx_err(tx);
}

/* --- lists and ends ----------------------------------------------------------------------------
 */

size_t gt_sessions_of_user(struct gt_tx *tx, int64_t user_id, int64_t now,
                           struct gt_session *sessions, size_t most)
{
    int64_t idle = gt_param_get(tx, GT_PARAM_SESSION_IDLE, "") * MINUTE_MS;
    size_t n = 0;

    gt_tx_query(tx, &session_of_user, GT_INT(user_id));
    while (n < most && gt_tx_next(tx)) {
        gt_row_read(tx, &gt_session_row, &sessions[n]);
        n += now < sessions[n].ends_at && now - sessions[n].seen_at < idle;
    }
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

void gt_sessions_drop_but(struct gt_tx *tx, int64_t user_id, int64_t but)
{
    struct gt_session rows[8];
    size_t n;

    do {
        n = 0;
        gt_tx_query(tx, &session_of_user, GT_INT(user_id));
        while (n < sizeof(rows) / sizeof(rows[0]) && gt_tx_next(tx)) {
            gt_row_read(tx, &gt_session_row, &rows[n]);
            n += rows[n].id != but;
        }
        for (size_t i = 0; i < n; i++)
            gt_row_remove(tx, &gt_session_row, &rows[i]);
    } while (n == sizeof(rows) / sizeof(rows[0]) && gt_tx_err(tx) == GT_OK);
}

void gt_sessions_drop(struct gt_tx *tx, int64_t user_id)
{
    gt_sessions_drop_but(tx, user_id, 0);
}

struct ending {
    const struct gt_by *by;
    const struct gt_visit *visit;
    struct gt_refusal *no;
    int64_t id; /* of one session, 0: all of the user */
};

static enum gt_err end_in(struct gt_tx *tx, void *arg)
{
    const struct ending *e = arg;
    struct gt_session session;

    if (e->id == 0) {
        gt_sessions_drop(tx, e->visit->user.id);
    } else if (gt_row_find(tx, &gt_session_row, e->id, &session) &&
               session.user_id == e->visit->user.id) {
        gt_row_remove(tx, &gt_session_row, &session);
    } else {
        return gt_tx_refuse(tx, e->no, GT_WHY_ABSENT, "", 0, NULL);
    }
    gt_oplog_add(tx, e->by->logger, e->id ? "session.end" : "session.end_all", e->visit->user.login,
                 "");
    return gt_tx_err(tx);
}

enum gt_err gt_session_end_one(const struct gt_by *by, const struct gt_visit *visit, int64_t id,
                               struct gt_refusal *no)
{
    struct ending e = {by, visit, no, id};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    return gt_db_transact(by->db, "session.end", end_in, &e);
}

enum gt_err gt_session_end(const struct gt_by *by, const struct gt_visit *visit)
{
    struct gt_refusal no;
    enum gt_err err = gt_session_end_one(by, visit, visit->session.id, &no);

    return err == GT_ERR_ABSENT && no.why == GT_WHY_ABSENT ? GT_OK : err; /* ended already */
}

enum gt_err gt_session_end_all(const struct gt_by *by, const struct gt_visit *visit)
{
    struct ending e = {by, visit, NULL, 0};

    return gt_db_transact(by->db, "session.end_all", end_in, &e);
}

struct sweep {
    int64_t now, n;
};

static enum gt_err sweep_in(struct gt_tx *tx, void *arg)
{
    static const size_t most = SWEEP_ROWS;
    struct sweep *s = arg;
    struct gt_session rows[20];
    size_t n = 0;

    s->n = 0;
    do {
        n = 0;
        gt_tx_query(tx, &session_ended, GT_INT(s->now));
        while (n < sizeof(rows) / sizeof(rows[0]) && gt_tx_next(tx))
            gt_row_read(tx, &gt_session_row, &rows[n++]);
        for (size_t i = 0; i < n; i++)
            gt_row_remove(tx, &gt_session_row, &rows[i]);
        s->n += (int64_t)n;
    } while (n == sizeof(rows) / sizeof(rows[0]) && (size_t)s->n < most && gt_tx_err(tx) == GT_OK);
    return gt_tx_err(tx);
}

enum gt_err gt_sessions_sweep(struct gt_db *db, int64_t now, int64_t *n)
{
    struct sweep s = {.now = now};
    enum gt_err err = gt_db_transact(db, "session.sweep", sweep_in, &s);

    if (err == GT_OK)
        *n = s.n;
    return err;
}
