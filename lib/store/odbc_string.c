/*
 * Connection strings: key=value pairs between semicolons, a value with special characters in
 * braces.
 *
 * A driver left to its defaults is not safe to keep money with (each of these was tried), so what
 * the string does not say itself is added here; what it says wrong on purpose stays.
 */
#include "store/odbc.h"

#include <string.h>
#include <strings.h>

/* A pair of the string, in place. */
struct pair {
    const char *key, *value;
    size_t key_len, value_len;
};

/* Reads the pair at `*at` and goes behind it; false at the end. */
static bool pair_next(const char **at, struct pair *pair)
{
    const char *p = *at + strspn(*at, "; \t\n");
    pair->key = p;
    p += strcspn(p, "=;");
    if (*p != '=')
        return false;
    pair->key_len = (size_t)(p - pair->key);
    p++;
    if (*p == '{') {
        pair->value = ++p;
        /* A closing brace inside is written twice. */
        while (*p && (*p != '}' || p[1] == '}'))
            p += *p == '}' ? 2 : 1;
        pair->value_len = (size_t)(p - pair->value);
        p += strcspn(p, ";");
    } else {
        pair->value = p;
        p += strcspn(p, ";");
        pair->value_len = (size_t)(p - pair->value);
    }
    *at = p;
    return true;
}

bool gt_odbc_value(const char *string, const char *key, char *out, size_t size)
{
    struct pair pair;
    while (pair_next(&string, &pair)) {
        if (pair.key_len != strlen(key) || strncasecmp(pair.key, key, pair.key_len) != 0)
            continue;
        size_t n = 0;
        for (size_t i = 0; i < pair.value_len && n + 1 < size; i++) {
            out[n++] = pair.value[i];
            if (pair.value[i] == '}')
                i++;
        }
        out[n] = '\0';
        return true;
    }
    return false;
}

struct option {
    const char *key, *value;
};

static const struct option postgres_options[] = {
    /* Otherwise the driver sets a savepoint before each statement, or rolls back by itself. */
    {"Protocol", "7.4-0"},
    {"UseServerSidePrepare", "1"},
    {"UseDeclareFetch", "0"},
    {"LFConversion", "0"},
    {"MaxVarcharSize", "4000"},
    /* Text that is in flight when the network goes is given up after this. */
    {"pqopt", "{tcp_user_timeout=8000 keepalives_idle=10 keepalives_interval=3}"},
    {NULL, NULL},
};

static const struct option tds_options[] = {
    {"ClientCharset", "UTF-8"}, /* else what it cannot write becomes '?' */
    {"Timeout", "7"},           /* the only one that covers everything; a statement waits twice */
    {NULL, NULL},
};

static const struct option tds_patient_options[] = {
    {"ClientCharset", "UTF-8"},
    {NULL, NULL},
};

static bool driver_is(const char *string, const char *part)
{
    char driver[256];
    return gt_odbc_value(string, "Driver", driver, sizeof(driver)) && strcasestr(driver, part);
}

enum gt_err gt_odbc_string(const char *given, bool patient, struct gt_buf *out)
{
    const struct option *options = NULL;
    char value[8];
    if (driver_is(given, "postgres") || driver_is(given, "psql"))
        options = postgres_options;
    else if (driver_is(given, "tds"))
        options = patient ? tds_patient_options : tds_options;
    gt_buf_puts(out, given);
    for (; options && options->key; options++) {
        if (!gt_odbc_value(given, options->key, value, sizeof(value)))
            gt_buf_printf(out, ";%s=%s", options->key, options->value);
    }
    return gt_buf_err(out);
}
