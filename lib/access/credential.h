/*
 * Credentials: passwords, one-time codes, failures and locks of a user.
 *
 * They stand in a row of their own, beside the user's: it changes with every failed sign-in, and
 * nobody but the sign-in reads it.  No function here tells whether a name exists.
 */
#ifndef GT_ACCESS_CREDENTIAL_H
#define GT_ACCESS_CREDENTIAL_H

#include "access/by.h"
#include "access/user.h"

enum gt_otp_state { GT_OTP_NONE, GT_OTP_BEGUN, GT_OTP_ON };

/* clang-format off */
#define GT_CREDENTIAL_COLS(KI, KT, I, T)                                                          \
    KI(id) T(password, 161) I(must_change) I(changed_at) I(failures) I(locked_until) I(last_at)   \
    T(last_origin, 193) I(otp_state) T(otp_secret, 201) I(otp_step) I(version)
/* clang-format on */
struct gt_credential {
    GT_ROW_STRUCT(GT_CREDENTIAL_COLS)
};
extern const struct gt_row gt_credential_row;

#define GT_RECOVERY_COLS(KI, KT, I, T) KI(id) KI(user_id) KT(digest, 65) I(used_at) I(version)
struct gt_recovery {
    GT_ROW_STRUCT(GT_RECOVERY_COLS)
};
extern const struct gt_row gt_recovery_row;

/* In a transaction: the credential of a user; false if there is none (no sign-in). */
bool gt_credential_of(struct gt_tx *tx, int64_t user_id, struct gt_credential *credential);
/* In a transaction: sets the password's hash (""): none, must be changed at the next sign-in if
 * `must_change`.  Makes the row if there is none; clears failures and lock. */
enum gt_err gt_credential_set(struct gt_tx *tx, int64_t user_id, const char *hash, bool must_change,
                              int64_t now);

/* Whether a new password may be taken, by the parameters that hold at the top.  Field: password. */
enum gt_err gt_password_check(struct gt_db *db, const char *login, const char *password,
                              struct gt_refusal *no) GT_CHECK;
/* Hashes with yescrypt (crypt(3)), some tens of milliseconds: never inside a transaction.
 * GT_ERR_CRYPTO, GT_ERR_SYNTAX for an empty one or one over 256 bytes. */
enum gt_err gt_password_hash(const struct gt_random *random, const char *password,
                             char out[161]) GT_CHECK;
/* GT_OK, or GT_ERR_DENIED if it is not this password.  With hash "" it takes as long, and denies.
 */
enum gt_err gt_password_verify(const char *password, const char *hash) GT_CHECK;
/* A first password that nobody guesses and everybody can type: four groups of five. */
enum gt_err gt_password_make(const struct gt_random *random, char out[32]) GT_CHECK;

/* --- for people: each runs its own transaction; user.manage where the user is ------------------
 */

/* Sets a first password, shown once in `out`, that must be changed at the next sign-in; ends the
 * user's sessions, lifts a lock. */
enum gt_err gt_user_reset(const struct gt_by *by, int64_t user_id, char out[32],
                          struct gt_refusal *no) GT_CHECK;
/* The same with a password that was typed.  GT_WHY_PASSWORD_…. */
enum gt_err gt_user_set_password(const struct gt_by *by, int64_t user_id, const char *password,
                                 struct gt_refusal *no) GT_CHECK;
/* Lifts a lock. */
enum gt_err gt_user_unlock(const struct gt_by *by, int64_t user_id, struct gt_refusal *no) GT_CHECK;
/* Takes the user's one-time codes away (device lost), so that they enrol anew; ends sessions. */
enum gt_err gt_user_otp_reset(const struct gt_by *by, int64_t user_id,
                              struct gt_refusal *no) GT_CHECK;
/* Signs the user out: one session of theirs (GT_WHY_ABSENT: it has ended), with 0 everywhere. */
enum gt_err gt_user_sign_out(const struct gt_by *by, int64_t user_id, int64_t session_id,
                             struct gt_refusal *no) GT_CHECK;

#endif
