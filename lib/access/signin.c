/*
 * Signing in: password, one-time code, new password.
 *
 * A failure is counted and logged in a commit of its own, also for a name that does not exist, so
 * that neither text nor time tells whether it does.  The password is compared before the
 * transaction; in it, it must still be the one that was compared.
 */
#include "access/signin.h"

#include "access/otp.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ORIGIN_CHARS 64
#define AGENT_CHARS  160

GT_STMT(recovery_by_digest,
        GT_ROW_SELECT(gt_recovery, GT_RECOVERY_COLS) " WHERE user_id = ? AND digest = ?");

/* Copies as many characters as a column takes; what is no UTF-8 ends it. */
static void copy_chars(char *out, size_t size, const char *text, int chars)
{
    size_t all = strlen(text), len = 0, n;
    uint32_t code;

    while (chars-- > 0 && (n = gt_utf8_next(text + len, all - len, &code)) > 0 && len + n < size)
        len += n;
    snprintf(out, size, "%.*s", (int)len, text);
}

/* In a transaction: adds a row of `who`, who is not signed in yet, from where they are. */
static void log_from(struct gt_tx *tx, const struct gt_by *by, const char *who, const char *origin,
                     const char *what, const char *object, const char *detail)
{
    struct gt_logger logger;
    char from[sizeof(logger.origin)];
    copy_chars(from, sizeof(from), origin, ORIGIN_CHARS);
    enum gt_err err = gt_logger_for(by->logger, who, from, &logger);
    if (err != GT_OK)
        gt_tx_fail(tx, err);
    else
        gt_oplog_add(tx, &logger, what, object, detail);
}

/* --- password ----------------------------------------------------------------------------------
 */

struct signing {
    const struct gt_by *by;
    const char *login, *origin, *agent;
    int64_t now, id; /* of the session to be */
    bool right;      /* the password was that of `hash` */
    char hash[161], digest[GT_SHA256_HEX];
    bool done;
    struct gt_visit *visit;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct signing *s = arg;
    struct gt_user user;
    struct gt_credential credential;

    s->hash[0] = '\0';
    if (gt_user_by_login(tx, s->login, &user) && gt_credential_of(tx, user.id, &credential))
        memcpy(s->hash, credential.password, sizeof(s->hash));
    return gt_tx_err(tx);
}

static void begin_session(struct gt_tx *tx, struct signing *s, struct gt_credential *credential)
{
    struct gt_session *session = &s->visit->session;

    if (credential->otp_state != GT_OTP_ON)
        credential->failures = 0;
    credential->locked_until = 0;
    credential->last_at = s->now;
    copy_chars(credential->last_origin, sizeof(credential->last_origin), s->origin, ORIGIN_CHARS);
    gt_row_save(tx, &gt_credential_row, credential);

    *session = (struct gt_session){.id = s->id, .user_id = credential->id, .since = s->now};
    memcpy(session->digest, s->digest, sizeof(s->digest));
    copy_chars(session->origin, sizeof(session->origin), s->origin, ORIGIN_CHARS);
    copy_chars(session->agent, sizeof(session->agent), s->agent, AGENT_CHARS);
    gt_session_advance(tx, session, credential, 0, s->now);
    gt_row_insert(tx, &gt_session_row, session);
    log_from(tx, s->by, s->visit->user.login, s->origin, "session.begin", s->visit->user.login,
             session->stage == GT_STAGE_FULL ? "" : "the password was right");
}

static enum gt_err sign_in_in(struct gt_tx *tx, void *arg)
{
    struct signing *s = arg;
    struct gt_user *user = &s->visit->user;
    struct gt_credential credential = {.id = 0};
    bool known = gt_user_by_login(tx, s->login, user) &&
                 gt_row_lock(tx, &gt_credential_row, user->id, &credential);
    bool locked = known && s->now < credential.locked_until;

    s->visit->session = (struct gt_session){.user_id = user->id, .stage = GT_STAGE_CODE};
    s->done = known && !locked && s->right && strcmp(credential.password, s->hash) == 0 &&
              gt_visit_fill(tx, s->visit);
    if (s->done) {
        begin_session(tx, s, &credential);
        (void)gt_visit_fill(tx, s->visit); /* its grants, now that the stage is known */
        return gt_tx_err(tx);
    }
    if (known && !locked && !s->right)
        gt_credential_failed(tx, &credential, s->now);
    log_from(tx, s->by, s->by->logger->who, s->origin, "session.refused", known ? user->login : "",
             locked ? "locked" : "");
    return gt_tx_err(tx);
}

enum gt_err gt_sign_in(const struct gt_by *by, const char *login, const char *password,
                       const char *origin, const char *agent, char token[GT_TOKEN_MAX],
                       struct gt_visit *visit, struct gt_refusal *no)
{
    struct signing s = {.by = by,
                        .login = login,
                        .origin = origin,
                        .agent = agent,
                        .now = gt_now(by->clock),
                        .visit = visit};
    char made[GT_TOKEN_MAX];

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (strlen(login) >= sizeof(visit->user.login) || !gt_utf8_valid(login, strlen(login)))
        s.login = "-"; /* a name that nobody has */
    enum gt_err err = gt_token_make(by->random, made, s.digest);
    if (err == GT_OK)
        err = gt_token_csrf(made, visit->csrf);
    if (err == GT_OK)
        err = gt_db_read(by->db, "session.look", look_in, &s);
    if (err == GT_OK) {
        enum gt_err same = gt_password_verify(password, s.hash);

        s.right = same == GT_OK;
        err = same == GT_ERR_DENIED ? GT_OK : same;
    }
    if (err == GT_OK)
        err = gt_key_next(by->src, "session", &s.id);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "session.begin", sign_in_in, &s);
    if (err == GT_OK && s.done)
        memcpy(token, made, sizeof(made));
    else if (err == GT_OK)
        err = gt_refuse(no, GT_WHY_SIGN_IN, "", 0, NULL);
    gt_wipe(made, sizeof(made));
    gt_wipe(s.hash, sizeof(s.hash));
    return err;
}

/* --- one-time code -----------------------------------------------------------------------------
 */

struct coding {
    const struct gt_by *by;
    struct gt_visit *visit;
    struct gt_refusal *no;
    const char *code;
    char digest[GT_SHA256_HEX]; /* of the new token */
    int64_t now;
    enum { CODE_RIGHT, CODE_WRONG, CODE_LOCKED } result;
};

/* Whether a recovery code is one of the user's that is not used; it then is. */
static bool take_recovery(struct gt_tx *tx, const struct coding *c)
{
    struct gt_recovery row;
    char digest[GT_SHA256_HEX];

    if (gt_recovery_digest(c->code, digest) != GT_OK ||
        !gt_row_one(tx, &gt_recovery_row, &row, &recovery_by_digest, GT_INT(c->visit->user.id),
                    GT_TEXT(digest)) ||
        row.used_at)
        return false;
    row.used_at = c->now;
    gt_row_save(tx, &gt_recovery_row, &row);
    gt_oplog_add(tx, c->by->logger, "session.recovery", c->visit->user.login, "");
    return gt_tx_err(tx) == GT_OK;
}

static bool take_code(struct gt_tx *tx, const struct coding *c, struct gt_credential *credential)
{
    char secret[GT_OTP_SECRET_MAX], purpose[40];

    snprintf(purpose, sizeof(purpose), "otp:%" PRId64, credential->id);
    enum gt_err err =
        gt_secret_show(c->by->keys, purpose, credential->otp_secret, secret, sizeof(secret));
    if (err == GT_OK)
        err = gt_otp_check(secret, c->code, c->now, credential->otp_step, &credential->otp_step);
    gt_wipe(secret, sizeof(secret));
    if (err != GT_OK && err != GT_ERR_DENIED)
        gt_tx_fail(tx, err);
    return err == GT_OK;
}

static enum gt_err code_in(struct gt_tx *tx, void *arg)
{
    struct coding *c = arg;
    struct gt_session session;
    struct gt_credential credential;

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_session_again(tx, c->visit, 1 << GT_STAGE_CODE, &session, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_credential_row, session.user_id, &credential))
        return gt_tx_refuse(tx, c->no, GT_WHY_SESSION, "", 0, NULL);
    bool locked = c->now < credential.locked_until;
    if (!locked && (take_code(tx, c, &credential) || take_recovery(tx, c))) {
        credential.failures = 0;
        gt_row_save(tx, &gt_credential_row, &credential);
        memcpy(session.digest, c->digest, sizeof(session.digest));
        gt_session_advance(tx, &session, &credential, GT_STAGE_CODE, c->now);
        gt_row_save(tx, &gt_session_row, &session);
        c->visit->session = session;
        c->result = CODE_RIGHT;
        (void)gt_visit_fill(tx, c->visit);
        return gt_tx_err(tx);
    }
    if (!locked)
        gt_credential_failed(tx, &credential, c->now);
    c->result = c->now < credential.locked_until ? CODE_LOCKED : CODE_WRONG;
    if (c->result == CODE_LOCKED)
        gt_row_remove(tx, &gt_session_row, &session);
    gt_oplog_add(tx, c->by->logger, "session.refused", c->visit->user.login, "one-time code");
    return gt_tx_err(tx);
}

enum gt_err gt_session_code(const struct gt_by *by, struct gt_visit *visit, const char *code,
                            char token[GT_TOKEN_MAX], struct gt_refusal *no)
{
    struct gt_visit after = *visit;
    struct coding c = {.by = by, .visit = &after, .no = no, .code = code, .now = gt_now(by->clock)};
    char made[GT_TOKEN_MAX];
    enum gt_err err = gt_token_make(by->random, made, c.digest);

    if (err == GT_OK)
        err = gt_token_csrf(made, after.csrf);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "session.code", code_in, &c);
    if (err != GT_OK)
        return err;
    if (c.result != CODE_RIGHT)
        return gt_refuse(no, c.result == CODE_WRONG ? GT_WHY_CODE_WRONG : GT_WHY_SESSION, "code", 0,
                         NULL);
    *visit = after;
    memcpy(token, made, sizeof(made));
    return GT_OK;
}

/* --- one's own password ------------------------------------------------------------------------
 */

struct changing {
    const struct gt_by *by;
    struct gt_visit *visit;
    struct gt_refusal *no;
    char before[161], hash[161], digest[GT_SHA256_HEX];
    int64_t now;
};

static enum gt_err before_in(struct gt_tx *tx, void *arg)
{
    struct changing *c = arg;
    struct gt_credential credential;

    c->before[0] = '\0';
    if (gt_credential_of(tx, c->visit->user.id, &credential))
        memcpy(c->before, credential.password, sizeof(c->before));
    return gt_tx_err(tx);
}

static enum gt_err password_in(struct gt_tx *tx, void *arg)
{
    struct changing *c = arg;
    struct gt_session session;
    struct gt_credential credential;

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_session_again(tx, c->visit, 1 << GT_STAGE_PASSWORD | 1 << GT_STAGE_FULL, &session,
                         c->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_credential_row, session.user_id, &credential) ||
        strcmp(credential.password, c->before) != 0)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    if (gt_credential_set(tx, session.user_id, c->hash, false, c->now) != GT_OK ||
        !gt_credential_of(tx, session.user_id, &credential))
        return gt_tx_err(tx);
    gt_sessions_drop_but(tx, session.user_id, session.id);
    memcpy(session.digest, c->digest, sizeof(session.digest));
    gt_session_advance(tx, &session, &credential, GT_STAGE_PASSWORD, c->now);
    gt_row_save(tx, &gt_session_row, &session);
    gt_oplog_add(tx, c->by->logger, "user.password", c->visit->user.login, "");
    c->visit->session = session;
    (void)gt_visit_fill(tx, c->visit);
    return gt_tx_err(tx);
}

/* Whether the old password is right and the new one may be taken; its hash. */
static enum gt_err check_new(struct changing *c, const char *old, const char *password)
{
    bool asked = old || c->visit->session.stage != GT_STAGE_PASSWORD;
    enum gt_err err = gt_db_read(c->by->db, "user.password", before_in, c);

    if (err == GT_OK && asked) {
        err = gt_password_verify(old ? old : "", c->before);
        if (err == GT_ERR_DENIED)
            return gt_refuse(c->no, GT_WHY_PASSWORD_OLD, "old", 0, NULL);
    }
    if (err == GT_OK)
        err = gt_password_check(c->by->db, c->visit->user.login, password, c->no);
    if (err == GT_OK) {
        err = gt_password_verify(password, c->before);
        if (err == GT_OK)
            return gt_refuse(c->no, GT_WHY_PASSWORD_SAME, "password", 0, NULL);
        err = err == GT_ERR_DENIED ? GT_OK : err;
    }
    return err == GT_OK ? gt_password_hash(c->by->random, password, c->hash) : err;
}

enum gt_err gt_session_password(const struct gt_by *by, struct gt_visit *visit, const char *old,
                                const char *password, char token[GT_TOKEN_MAX],
                                struct gt_refusal *no)
{
    struct gt_visit after = *visit;
    struct changing c = {.by = by, .visit = &after, .no = no, .now = gt_now(by->clock)};
    char made[GT_TOKEN_MAX];

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    enum gt_err err = check_new(&c, old, password);
    if (err == GT_OK)
        err = gt_token_make(by->random, made, c.digest);
    if (err == GT_OK)
        err = gt_token_csrf(made, after.csrf);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "user.password", password_in, &c);
    if (err != GT_OK)
        return err;
    *visit = after;
    memcpy(token, made, sizeof(made));
    return GT_OK;
}
