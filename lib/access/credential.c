/*
 * Credentials: rows, failures and locks; and what managers do with those of others.
 */
#include "access/credential.h"

#include "access/param.h"
#include "access/session.h"
#include "access/signin.h"
#include "access/state.h"
#include "base/buf.h"

#include <string.h>

#define MINUTE_MS INT64_C(60000)

GT_ROW_DEFINE(gt_credential, GT_CREDENTIAL_COLS);
GT_ROW_DEFINE(gt_recovery, GT_RECOVERY_COLS);
GT_STMT(recovery_of_user, GT_ROW_SELECT(gt_recovery, GT_RECOVERY_COLS) " WHERE user_id = ?");

bool gt_credential_of(struct gt_tx *tx, int64_t user_id, struct gt_credential *credential)
{
    return gt_row_find(tx, &gt_credential_row, user_id, credential);
}

enum gt_err gt_credential_set(struct gt_tx *tx, int64_t user_id, const char *hash, bool must_change,
                              int64_t now)
{
    struct gt_credential credential = {.id = user_id};
    bool there = gt_credential_of(tx, user_id, &credential);
    enum gt_err err = gt_str_copy(credential.password, sizeof(credential.password), hash);

    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    credential.must_change = must_change;
    credential.changed_at = now;
    credential.failures = 0;
    credential.locked_until = 0;
    if (there) {
        gt_row_save(tx, &gt_credential_row, &credential);
    } else {
        gt_row_insert(tx, &gt_credential_row, &credential);
        gt_census_add(tx, gt_credential_row.table, 1);
    }
    return gt_tx_err(tx);
}

void gt_credential_failed(struct gt_tx *tx, struct gt_credential *credential, int64_t now)
{
    int64_t after = gt_param_get(tx, GT_PARAM_LOCK_AFTER, "");
    int64_t minutes = gt_param_get(tx, GT_PARAM_LOCK_MINUTES, "");
    int64_t most = gt_param_get(tx, GT_PARAM_LOCK_MOST, "");

    credential->failures++;
    if (credential->failures >= after) {
        for (int64_t i = after; i < credential->failures && minutes < most; i++)
            minutes *= 2;
        credential->locked_until = now + (minutes < most ? minutes : most) * MINUTE_MS;
    }
    gt_row_save(tx, &gt_credential_row, credential);
}

void gt_recovery_drop(struct gt_tx *tx, int64_t user_id)
{
    struct gt_recovery rows[2 * GT_RECOVERY_CODES];
    int n = 0;

    gt_tx_query(tx, &recovery_of_user, GT_INT(user_id));
    while (n < 2 * GT_RECOVERY_CODES && gt_tx_next(tx))
        gt_row_read(tx, &gt_recovery_row, &rows[n++]);
    for (int i = 0; i < n; i++)
        gt_row_remove(tx, &gt_recovery_row, &rows[i]);
    if (n)
        gt_census_add(tx, gt_recovery_row.table, -n);
}

/* --- for people --------------------------------------------------------------------------------
 */

/* One change of another's credential. */
struct change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t user_id;
    const char *what;
    char hash[161]; /* of a first password */
    void (*apply)(struct gt_tx *tx, struct gt_credential *credential, const struct change *c);
    int64_t session_id; /* that ends */
};

static enum gt_err change_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_credential credential = {.id = c->user_id};
    struct gt_user user;

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_user_row, c->user_id, &user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_USER_MANAGE, user.org_id, NULL, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_by_outranks(tx, c->by, &user, c->no) != GT_OK)
        return gt_tx_err(tx);
    (void)gt_credential_of(tx, c->user_id, &credential);
    c->apply(tx, &credential, c);
    gt_oplog_add(tx, c->by->logger, c->what, user.login, "");
    return gt_tx_err(tx);
}

static void apply_reset(struct gt_tx *tx, struct gt_credential *credential, const struct change *c)
{
    (void)!gt_credential_set(tx, credential->id, c->hash, true, gt_now(c->by->clock));
    gt_sessions_drop(tx, credential->id);
}

static void apply_unlock(struct gt_tx *tx, struct gt_credential *credential, const struct change *c)
{
    (void)c;
    if (credential->version == 0)
        return;
    credential->failures = 0;
    credential->locked_until = 0;
    gt_row_save(tx, &gt_credential_row, credential);
}

static void apply_otp(struct gt_tx *tx, struct gt_credential *credential, const struct change *c)
{
    (void)c;
    if (credential->version == 0)
        return;
    credential->otp_state = GT_OTP_NONE;
    credential->otp_secret[0] = '\0';
    gt_row_save(tx, &gt_credential_row, credential);
    gt_recovery_drop(tx, credential->id);
    gt_sessions_drop(tx, credential->id);
}

static void apply_sign_out(struct gt_tx *tx, struct gt_credential *credential,
                           const struct change *c)
{
    struct gt_session session;

    if (c->session_id == 0)
        gt_sessions_drop(tx, credential->id);
    else if (gt_row_find(tx, &gt_session_row, c->session_id, &session) &&
             session.user_id == c->user_id)
        gt_row_remove(tx, &gt_session_row, &session);
    else
        (void)!gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
}

enum gt_err gt_user_reset(const struct gt_by *by, int64_t user_id, char out[32],
                          struct gt_refusal *no)
{
    struct change c = {by, no, user_id, "user.reset", "", apply_reset, 0};
    char first[32];
    enum gt_err err = gt_password_make(by->random, first);

    if (err == GT_OK)
        err = gt_password_hash(by->random, first, c.hash);
    if (err == GT_OK)
        err = gt_db_transact(by->db, c.what, change_in, &c);
    if (err == GT_OK)
        memcpy(out, first, sizeof(first));
    gt_wipe(first, sizeof(first));
    return err;
}

struct looking {
    int64_t user_id;
    struct gt_user user;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;

    if (!gt_row_find(tx, &gt_user_row, l->user_id, &l->user))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no such user"));
    return gt_tx_err(tx);
}

enum gt_err gt_user_set_password(const struct gt_by *by, int64_t user_id, const char *password,
                                 struct gt_refusal *no)
{
    struct change c = {by, no, user_id, "user.password", "", apply_reset, 0};
    struct looking l = {.user_id = user_id};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    enum gt_err err = gt_db_read(by->db, c.what, look_in, &l);
    if (err == GT_OK)
        err = gt_password_check(by->db, l.user.login, password, no);
    if (err == GT_OK)
        err = gt_password_hash(by->random, password, c.hash);
    return err == GT_OK ? gt_db_transact(by->db, c.what, change_in, &c) : err;
}

enum gt_err gt_user_unlock(const struct gt_by *by, int64_t user_id, struct gt_refusal *no)
{
    struct change c = {by, no, user_id, "user.unlock", "", apply_unlock, 0};

    return gt_db_transact(by->db, c.what, change_in, &c);
}

enum gt_err gt_user_otp_reset(const struct gt_by *by, int64_t user_id, struct gt_refusal *no)
{
    struct change c = {by, no, user_id, "user.otp_reset", "", apply_otp, 0};

    return gt_db_transact(by->db, c.what, change_in, &c);
}

enum gt_err gt_user_sign_out(const struct gt_by *by, int64_t user_id, int64_t session_id,
                             struct gt_refusal *no)
{
    struct change c = {by, no, user_id, "user.sign_out", "", apply_sign_out, session_id};

    return gt_db_transact(by->db, c.what, change_in, &c);
}
