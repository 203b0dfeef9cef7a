/*
 * What every command needs: configuration, keys, store, operation log, and words for people.
 */
#ifndef GT_CMD_COMMON_H
#define GT_CMD_COMMON_H

#include "access/by.h"
#include "args.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "store/key.h"

/* One run of the program.  Opened step by step: gt_cmd_load(), then gt_cmd_open(). */
struct gt_cmd {
    const char *config; /* path of the configuration file */
    bool json;
    int key_block; /* keys taken at once, 0: a few, as a command needs */
    bool serves;   /* runs without a person watching: a server that stands still ends it */
    struct gt_conf conf;
    struct gt_keys keys;
    struct gt_db *db;        /* NULL until opened */
    struct gt_keysrc *src;   /* NULL until opened */
    struct gt_logger logger; /* chain 0 until something is logged */
};

/* Reads the configuration.  As gt_conf_load(). */
enum gt_err gt_cmd_load(struct gt_cmd *cmd) GT_CHECK;
/* How the store is opened, without its key; borrows from `cmd`. */
struct gt_db_conf gt_cmd_store_conf(const struct gt_cmd *cmd);
/* Opens the store, made if `create`, under the audit key of the key file.  As gt_keys_load() and
 * gt_db_open(). */
enum gt_err gt_cmd_open_store(struct gt_cmd *cmd, bool create) GT_CHECK;
/* What the store is called where people read it. */
const char *gt_cmd_store(const struct gt_cmd *cmd);
/* Makes keys and log ready; the schema must be there. */
enum gt_err gt_cmd_open_keys(struct gt_cmd *cmd) GT_CHECK;
/* All three, for a command that works on an initialised platform. */
enum gt_err gt_cmd_open(struct gt_cmd *cmd) GT_CHECK;
/* Takes this process's chain of the operation log, once; before the transaction that logs. */
enum gt_err gt_cmd_log(struct gt_cmd *cmd) GT_CHECK;
/* What functions want that change something for a person: the operating system's user, who may all.
 * Borrows `cmd`. */
struct gt_by gt_cmd_by(const struct gt_cmd *cmd);
/* The id of what people call by a code, login or number.  GT_ERR_ABSENT, and said. */
enum gt_cmd_thing { GT_CMD_ORG, GT_CMD_ROLE, GT_CMD_USER, GT_CMD_OPERATOR, GT_CMD_TERMINAL };
enum gt_err gt_cmd_find(struct gt_cmd *cmd, enum gt_cmd_thing thing, const char *code,
                        int64_t *id) GT_CHECK;
/* Closes what was opened. */
void gt_cmd_done(struct gt_cmd *cmd);

/* Says what went wrong, with this thread's context and what mends it; gives the exit status. */
int gt_cmd_fail(enum gt_err err);
/* Says a refusal of our own; gives GT_EXIT_FAILED. */
int gt_cmd_refuse(const char *fmt, ...) GT_PRINTF(1, 2);

/* Reads money or a date that was typed; false, and said, if it is none. */
bool gt_cmd_money(const struct gt_args *args, const char *name, int64_t *fen);
bool gt_cmd_date(const struct gt_args *args, const char *name, int64_t *date);
/* Reads "HH:MM" (24:00: 1440) or "off" (-1). */
bool gt_cmd_minute(const struct gt_args *args, const char *text, int64_t *minute);

/* Reads a secret: from the first line of standard input if `from_stdin`, else asked for twice on
 * the terminal without echo.  Never from the command line: others can see that.  GT_ERR_SYNTAX,
 * GT_ERR_DENIED (the two differ, or there is no terminal). */
enum gt_err gt_cmd_secret(const char *what, bool from_stdin, char *out, size_t size) GT_CHECK;

#endif
