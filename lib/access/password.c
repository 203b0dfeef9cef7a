/*
 * Passwords: what may be one, and their hashes.
 *
 * Hashing costs tens of milliseconds on purpose: it is done outside of transactions, and what goes
 * into one is the hash.
 */
#include "access/credential.h"

#include "access/param.h"
#include "base/buf.h"
#include "base/text.h"

#include <crypt.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD_MAX 256
#define HASH_MAX     161
#define SALT_BYTES   32

/* --- the rule ----------------------------------------------------------------------------------
 */

struct rule {
    int64_t least, kinds;
};

static enum gt_err rule_in(struct gt_tx *tx, void *arg)
{
    struct rule *rule = arg;

    rule->least = gt_param_get(tx, GT_PARAM_PASSWORD_LEAST, "");
    rule->kinds = gt_param_get(tx, GT_PARAM_PASSWORD_KINDS, "");
    return gt_tx_err(tx);
}

/* How many of capitals, small letters, digits and the rest there are. */
static int kinds_of(const char *password)
{
    bool upper = false, lower = false, digit = false, other = false;

    for (; *password; password++) {
        unsigned char c = (unsigned char)*password;

        upper |= c >= 'A' && c <= 'Z';
        lower |= c >= 'a' && c <= 'z';
        digit |= c >= '0' && c <= '9';
        other |= !isalnum(c);
    }
    return upper + lower + digit + other;
}

/* Whether it is among the first that somebody tries: few different characters, a run along the
 * keyboard or the alphabet, or a word that stands in every list. */
static bool is_common(const char *password)
{
    static const char *const runs = "01234567890123456789 abcdefghijklmnopqrstuvwxyz "
                                    "qwertyuiopasdfghjklzxcvbnm 98765432109876543210";
    static const char *const words[] = {"password",      "passw0rd", "p@ssw0rd", "p@ssword",
                                        "administrator", "iloveyou", "woaini",   "changeme"};
    bool seen[256] = {false};
    int different = 0;

    for (const char *at = password; *at; at++) {
        different += !seen[(unsigned char)*at];
        seen[(unsigned char)*at] = true;
    }
    if (different < 5 || strcasestr(runs, password))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *word = strcasestr(password, words[i]);

        /* The word and a few figures behind it are no more than the word. */
        if (word == password &&
            strspn(word + strlen(words[i]), "0123456789!@#.") == strlen(word) - strlen(words[i]))
            return true;
    }
    return false;
}

enum gt_err gt_password_check(struct gt_db *db, const char *login, const char *password,
                              struct gt_refusal *no)
{
    struct rule rule;
    size_t len = strlen(password);
    enum gt_err err = gt_db_read(db, "password.rule", rule_in, &rule);

    if (err != GT_OK)
        return err;
    if (len > PASSWORD_MAX || !gt_utf8_valid(password, len))
        return gt_refuse(no, GT_WHY_PASSWORD_LONG, "password", PASSWORD_MAX, NULL);
    if ((int64_t)gt_utf8_length(password) < rule.least)
        return gt_refuse(no, GT_WHY_PASSWORD_SHORT, "password", rule.least, NULL);
    if (kinds_of(password) < rule.kinds)
        return gt_refuse(no, GT_WHY_PASSWORD_KINDS, "password", rule.kinds, NULL);
    if (strlen(login) > 3 && strcasestr(password, login))
        return gt_refuse(no, GT_WHY_PASSWORD_NAME, "password", 0, NULL);
    if (is_common(password))
        return gt_refuse(no, GT_WHY_PASSWORD_COMMON, "password", 0, NULL);
    return GT_OK;
}

enum gt_err gt_password_make(const struct gt_random *random, char out[32])
{
    /* Without what people take for another: no 0 and O, no 1, l and I. */
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    uint8_t bytes[20];
    char *to = out;
    enum gt_err err = random->fill(random->ctx, bytes, sizeof(bytes));

    if (err != GT_OK)
        return err;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (i && i % 5 == 0)
            *to++ = '-';
        *to++ = letters[bytes[i] % 32];
    }
    *to = '\0';
    gt_wipe(bytes, sizeof(bytes));
    return GT_OK;
}

/* --- hashes ------------------------------------------------------------------------------------
 */

/* crypt(3) in memory that is wiped afterwards: GT_OK with the hash under `setting` in `out`. */
static enum gt_err hash_under(const char *password, const char *setting, char out[HASH_MAX])
{
    struct crypt_data *work = calloc(1, sizeof(*work));

    if (!work)
        return gt_err_set(GT_ERR_NOMEM, "no memory to hash a password");
    const char *hash = crypt_rn(password, setting, work, (int)sizeof(*work));
    enum gt_err err = GT_OK;
    if (!hash)
        err = gt_err_sys(GT_ERR_CRYPTO, errno, "cannot hash a password");
    else
        err = gt_str_copy(out, HASH_MAX, hash);
    gt_wipe(work, sizeof(*work));
    free(work);
    return err;
}

enum gt_err gt_password_hash(const struct gt_random *random, const char *password, char out[161])
{
    char salt[SALT_BYTES], setting[CRYPT_GENSALT_OUTPUT_SIZE];
    size_t len = strlen(password);

    if (len == 0 || len > PASSWORD_MAX)
        return gt_err_set(GT_ERR_SYNTAX, "a password has 1 to %d bytes", PASSWORD_MAX);
    enum gt_err err = random->fill(random->ctx, salt, sizeof(salt));
    if (err != GT_OK)
        return err;
    if (!crypt_gensalt_rn("$y$", 0, salt, sizeof(salt), setting, sizeof(setting)))
        return gt_err_sys(GT_ERR_CRYPTO, errno, "cannot make a salt");
    return hash_under(password, setting, out);
}

enum gt_err gt_password_verify(const char *password, const char *hash)
{
    static const char zeros[SALT_BYTES];
    char again[HASH_MAX], setting[CRYPT_GENSALT_OUTPUT_SIZE];

    if (strlen(password) > PASSWORD_MAX)
        return gt_err_set(GT_ERR_DENIED, "wrong password");
    if (!*hash) {
        /* Nobody: a salt of zeros, so that it takes as long as for somebody. */
        if (!crypt_gensalt_rn("$y$", 0, zeros, sizeof(zeros), setting, sizeof(setting)))
            return gt_err_sys(GT_ERR_CRYPTO, errno, "cannot make a salt");
        (void)!hash_under(password, setting, again);
        return gt_err_set(GT_ERR_DENIED, "wrong password");
    }
    enum gt_err err = hash_under(password, hash, again);
    if (err != GT_OK)
        return err;
    if (strlen(again) != strlen(hash) || !gt_same(again, hash, strlen(hash)))
        return gt_err_set(GT_ERR_DENIED, "wrong password");
    return GT_OK;
}
