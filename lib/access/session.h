/*
 * Sign-in and sessions.
 *
 * A session is a row; the browser holds a random token of 256 bits, the row only its digest, so any
 * handler serves any user and the store's reader can be nobody.  A session goes through stages: a
 * right password is not yet a signed-in user where a one-time code or a new password is wanted.
 * The token is changed whenever the stage is.
 *
 *     sign_in ─► CODE ─► PASSWORD ─► ENROL ─► FULL      (each only where wanted)
 */
#ifndef GT_ACCESS_SESSION_H
#define GT_ACCESS_SESSION_H

#include "access/credential.h"

/* A token, and what is derived of it, as hex with its end. */
#define GT_TOKEN_MAX 65

enum gt_stage {
    GT_STAGE_CODE = 1, /* the password was right, the one-time code is wanted */
    GT_STAGE_PASSWORD, /* a new password is wanted */
    GT_STAGE_ENROL,    /* one-time codes must be enrolled */
    GT_STAGE_FULL,     /* signed in */
    GT_STAGE__MAX
};

/* clang-format off */
#define GT_SESSION_COLS(KI, KT, I, T)                                                             \
    KI(id) T(digest, 65) KI(user_id) I(stage) KT(origin, 193) KT(agent, 481) KI(since)            \
    I(seen_at) I(ends_at) I(version)
/* clang-format on */
struct gt_session {
    GT_ROW_STRUCT(GT_SESSION_COLS)
};
extern const struct gt_row gt_session_row;

/* Who sends a request. */
struct gt_visit {
    struct gt_session session;
    struct gt_user user;
    struct gt_org org;       /* of the user */
    struct gt_grants grants; /* what the user holds, as of this read */
    bool otp;                /* uses one-time codes */
    char csrf[GT_TOKEN_MAX]; /* what a form of this session carries */
};

/* Signs in with login and password.  GT_OK: a new session, at whatever stage comes next; its token
 * for the cookie in `token`.  GT_WHY_SIGN_IN for an unknown or disabled user, a wrong password and
 * a locked user alike, after the same time.  `origin` is the address, `agent` the browser's name,
 * cut where too long.  by->user_id is not looked at. */
enum gt_err gt_sign_in(const struct gt_by *by, const char *login, const char *password,
                       const char *origin, const char *agent, char token[GT_TOKEN_MAX],
                       struct gt_visit *visit, struct gt_refusal *no) GT_CHECK;

/* The session of a token, with its user and grants: one read, and a write only if it was last seen
 * more than a minute ago.  GT_WHY_SESSION: there is none, or it has ended (idle, absolute, disabled
 * user).  Any stage: look at visit->session.stage; one that is not FULL holds no rights. */
enum gt_err gt_visit_find(const struct gt_by *by, const char *token, struct gt_visit *visit,
                          struct gt_refusal *no) GT_CHECK;

/* Whether `csrf` is the one of this visit, in a time that tells nothing. */
bool gt_session_csrf_ok(const struct gt_visit *visit, const char *csrf);

/* Stage CODE: a one-time code or a recovery code.  The session goes to its next stage and gets a
 * new token.  GT_WHY_CODE_WRONG counts as a failed sign-in; after too many GT_WHY_SESSION: the
 * session has ended. */
enum gt_err gt_session_code(const struct gt_by *by, struct gt_visit *visit, const char *code,
                            char token[GT_TOKEN_MAX], struct gt_refusal *no) GT_CHECK;

/* Changes one's own password: at stage PASSWORD (then `old` may be NULL), or signed in.  All other
 * sessions end; a new token.  GT_WHY_PASSWORD_…, fields old and password. */
enum gt_err gt_session_password(const struct gt_by *by, struct gt_visit *visit, const char *old,
                                const char *password, char token[GT_TOKEN_MAX],
                                struct gt_refusal *no) GT_CHECK;

/* One-time codes (RFC 6238, SHA-1, 6 digits, 30 s): begins enrolment with a new secret.  `secret`
 * is what people type, `uri` what the QR code holds (otpauth://totp/…).  At stage ENROL, or signed
 * in. */
enum gt_err gt_otp_begin(const struct gt_by *by, struct gt_visit *visit, char secret[64],
                         char uri[400], struct gt_refusal *no) GT_CHECK;
/* Ends it with a first code: from now on one is wanted.  GT_RECOVERY_CODES recovery codes, shown
 * once, each good for one sign-in.  A new token. */
#define GT_RECOVERY_CODES 8
#define GT_RECOVERY_MAX   32
enum gt_err gt_otp_confirm(const struct gt_by *by, struct gt_visit *visit, const char *code,
                           char recovery[GT_RECOVERY_CODES][GT_RECOVERY_MAX],
                           char token[GT_TOKEN_MAX], struct gt_refusal *no) GT_CHECK;

/* Signs out: the session of this visit; another of the same user (GT_WHY_ABSENT); all of the user's
 * (sign-out everywhere, this one too). */
enum gt_err gt_session_end(const struct gt_by *by, const struct gt_visit *visit) GT_CHECK;
enum gt_err gt_session_end_one(const struct gt_by *by, const struct gt_visit *visit, int64_t id,
                               struct gt_refusal *no) GT_CHECK;
enum gt_err gt_session_end_all(const struct gt_by *by, const struct gt_visit *visit) GT_CHECK;

/* In a transaction: the sessions of a user that have not ended, the newest first, `most` (20) at
 * most; gives how many.  `seen_at` is true to a minute. */
size_t gt_sessions_of_user(struct gt_tx *tx, int64_t user_id, int64_t now,
                           struct gt_session *sessions, size_t most);
/* In a transaction: ends all sessions of a user. */
void gt_sessions_drop(struct gt_tx *tx, int64_t user_id);
/* Takes away rows of sessions that have ended; for the worker. */
enum gt_err gt_sessions_sweep(struct gt_db *db, int64_t now, int64_t *n) GT_CHECK;

#endif
