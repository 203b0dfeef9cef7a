/*
 * Enrolment of one-time codes: a secret is shown, a first code proves that the device has it.
 */
#include "access/otp.h"
#include "access/signin.h"
#include "access/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STAGES (1 << GT_STAGE_ENROL | 1 << GT_STAGE_FULL)

struct enrolment {
    const struct gt_by *by;
    struct gt_visit *visit;
    struct gt_refusal *no;
    const char *code;
    char hidden[201];           /* the secret, under the master key */
    char digest[GT_SHA256_HEX]; /* of the new token */
    int64_t now;
    int64_t ids[GT_RECOVERY_CODES]; /* keys of the series "recovery" */
    char digests[GT_RECOVERY_CODES][65];
};

static void purpose_of(int64_t user_id, char out[40])
{
    snprintf(out, 40, "otp:%" PRId64, user_id);
}

static enum gt_err begin_in(struct gt_tx *tx, void *arg)
{
    const struct enrolment *e = arg;
    struct gt_session session;
    struct gt_credential credential;

    *e->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_session_again(tx, e->visit, STAGES, &session, e->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_credential_row, session.user_id, &credential) ||
        credential.otp_state == GT_OTP_ON)
        return gt_tx_refuse(tx, e->no, GT_WHY_OTP_ON, "", 0, NULL);
    credential.otp_state = GT_OTP_BEGUN;
    memcpy(credential.otp_secret, e->hidden, sizeof(credential.otp_secret));
    gt_row_save(tx, &gt_credential_row, &credential);
    return gt_tx_err(tx);
}

enum gt_err gt_otp_begin(const struct gt_by *by, struct gt_visit *visit, char secret[64],
                         char uri[400], struct gt_refusal *no)
{
    struct enrolment e = {.by = by, .visit = visit, .no = no};
    char made[GT_OTP_SECRET_MAX], purpose[40];
    enum gt_err err = gt_otp_secret(by->random, made);

    purpose_of(visit->user.id, purpose);
    if (err == GT_OK)
        err = gt_secret_hide(by->keys, by->random, purpose, made, e.hidden, sizeof(e.hidden));
    if (err == GT_OK)
        err = gt_db_transact(by->db, "otp.begin", begin_in, &e);
    if (err == GT_OK) {
        snprintf(secret, 64, "%s", made);
        snprintf(uri, 400, "otpauth://totp/GridTill:%s?secret=%s&issuer=GridTill",
                 visit->user.login, made);
    }
    gt_wipe(made, sizeof(made));
    return err;
}

/* Whether the code is one of the secret that was begun with; the half minute is then used. */
static enum gt_err check_code(struct gt_tx *tx, const struct enrolment *e,
                              struct gt_credential *credential)
{
    char secret[GT_OTP_SECRET_MAX], purpose[40];

    purpose_of(credential->id, purpose);
    enum gt_err err =
        gt_secret_show(e->by->keys, purpose, credential->otp_secret, secret, sizeof(secret));
    if (err == GT_OK)
        err = gt_otp_check(secret, e->code, e->now, credential->otp_step, &credential->otp_step);
    gt_wipe(secret, sizeof(secret));
    if (err == GT_ERR_DENIED)
        return gt_tx_refuse(tx, e->no, GT_WHY_CODE_WRONG, "code", 0, NULL);
    return err == GT_OK ? GT_OK : gt_tx_fail(tx, err);
}

static void add_recovery(struct gt_tx *tx, const struct enrolment *e, int64_t user_id)
{
    gt_recovery_drop(tx, user_id);
    for (int i = 0; i < GT_RECOVERY_CODES; i++) {
        struct gt_recovery row = {.id = e->ids[i], .user_id = user_id};

        memcpy(row.digest, e->digests[i], sizeof(row.digest));
        gt_row_insert(tx, &gt_recovery_row, &row);
    }
    gt_census_add(tx, gt_recovery_row.table, GT_RECOVERY_CODES);
}

static enum gt_err confirm_in(struct gt_tx *tx, void *arg)
{
    struct enrolment *e = arg;
    struct gt_session session;
    struct gt_credential credential;

    *e->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_session_again(tx, e->visit, STAGES, &session, e->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_credential_row, session.user_id, &credential) ||
        credential.otp_state != GT_OTP_BEGUN)
        return gt_tx_refuse(tx, e->no, GT_WHY_OTP_NONE, "", 0, NULL);
    if (check_code(tx, e, &credential) != GT_OK)
        return gt_tx_err(tx);
    credential.otp_state = GT_OTP_ON;
    gt_row_save(tx, &gt_credential_row, &credential);
    add_recovery(tx, e, session.user_id);
    memcpy(session.digest, e->digest, sizeof(session.digest));
    gt_session_advance(tx, &session, &credential, GT_STAGE_ENROL, e->now);
    gt_row_save(tx, &gt_session_row, &session);
    gt_oplog_add(tx, e->by->logger, "user.otp_on", e->visit->user.login, "");
    e->visit->session = session;
    (void)gt_visit_fill(tx, e->visit);
    return gt_tx_err(tx);
}

/* Recovery codes, their digests and keys. */
static enum gt_err make_recovery(struct enrolment *e,
                                 char recovery[GT_RECOVERY_CODES][GT_RECOVERY_MAX])
{
    enum gt_err err = GT_OK;

    for (int i = 0; err == GT_OK && i < GT_RECOVERY_CODES; i++) {
        err = gt_recovery_make(e->by->random, recovery[i]);
        if (err == GT_OK)
            err = gt_recovery_digest(recovery[i], e->digests[i]);
        if (err == GT_OK)
            err = gt_key_next(e->by->src, "recovery", &e->ids[i]);
    }
    return err;
}

enum gt_err gt_otp_confirm(const struct gt_by *by, struct gt_visit *visit, const char *code,
                           char recovery[GT_RECOVERY_CODES][GT_RECOVERY_MAX],
                           char token[GT_TOKEN_MAX], struct gt_refusal *no)
{
    struct gt_visit after = *visit;
    struct enrolment e = {
        .by = by, .visit = &after, .no = no, .code = code, .now = gt_now(by->clock)};
    char made[GT_TOKEN_MAX];

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    enum gt_err err = make_recovery(&e, recovery);
    if (err == GT_OK)
        err = gt_token_make(by->random, made, e.digest);
    if (err == GT_OK)
        err = gt_token_csrf(made, after.csrf);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "otp.confirm", confirm_in, &e);
    if (err != GT_OK)
        return err;
    *visit = after;
    memcpy(token, made, sizeof(made));
    return GT_OK;
}
