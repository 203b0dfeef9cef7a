/*
 * What the files of sign-in share.  For the files of lib/access only.
 */
#ifndef GT_ACCESS_SIGNIN_H
#define GT_ACCESS_SIGNIN_H

#include "access/session.h"

/* In a transaction: counts a wrong password or code and saves; locks where it was one too many,
 * twice as long with each further one (parameters lock.…). */
void gt_credential_failed(struct gt_tx *tx, struct gt_credential *credential, int64_t now);
/* In a transaction: takes the user's recovery codes away. */
void gt_recovery_drop(struct gt_tx *tx, int64_t user_id);

/* A new token, and what a row holds of it. */
enum gt_err gt_token_make(const struct gt_random *random, char token[GT_TOKEN_MAX],
                          char digest[GT_SHA256_HEX]) GT_CHECK;
/* What a form of the session carries. */
enum gt_err gt_token_csrf(const char *token, char csrf[GT_TOKEN_MAX]) GT_CHECK;
enum gt_err gt_token_digest(const char *token, char digest[GT_SHA256_HEX]) GT_CHECK;

/* In a transaction: moves the session to what is wanted behind the stage `done` (0: the password
 * was right), and gives it its times. */
void gt_session_advance(struct gt_tx *tx, struct gt_session *session,
                        const struct gt_credential *credential, int done, int64_t now);
/* In a transaction: user, organisation and grants of a visit whose session is filled in; false if
 * the user may not be signed in (disabled, or its organisation). */
bool gt_visit_fill(struct gt_tx *tx, struct gt_visit *visit);
/* In a transaction: ends the sessions of a user but the one with the id `but`. */
void gt_sessions_drop_but(struct gt_tx *tx, int64_t user_id, int64_t but);
/* In a transaction: the session of the visit as it is now; refused with GT_WHY_SESSION if it is
 * gone or its stage is none of `stages` (bit n for stage n). */
enum gt_err gt_session_again(struct gt_tx *tx, const struct gt_visit *visit, int stages,
                             struct gt_session *session, struct gt_refusal *no) GT_CHECK;

#endif
