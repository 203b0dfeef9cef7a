/*
 * Opening things in the order they need each other, and telling people what went wrong.
 */
#include "common.h"

#include "access/state.h"
#include "access/terminal.h"
#include "base/money.h"
#include "base/text.h"
#include "store/schema.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A command takes few keys; what is left of a block is a gap in the numbers. */
#define KEY_BLOCK 10

enum gt_err gt_cmd_load(struct gt_cmd *cmd)
{
    return gt_conf_load(cmd->config, NULL, &cmd->conf);
}

struct gt_db_conf gt_cmd_store_conf(const struct gt_cmd *cmd)
{
    return (struct gt_db_conf){
        .path = cmd->conf.store,
        .connection = cmd->conf.connection[0] ? cmd->conf.connection : NULL,
        .connections = cmd->conf.connections,
        .stuck_ms = cmd->serves ? 0 : -1,
        .readers = cmd->conf.readers,
        .sync = GT_DB_DURABLE,
    };
}

enum gt_err gt_cmd_open_store(struct gt_cmd *cmd, bool create)
{
    struct gt_db_conf conf = gt_cmd_store_conf(cmd);
    enum gt_err err = gt_keys_load(cmd->conf.keys, &cmd->keys);

    if (err != GT_OK)
        return err;
    conf.seal_key = cmd->keys.audit;
    conf.create = create;
    err = gt_db_open(&conf, &cmd->db);
    /* A person is told what is wrong, a service waits. */
    return err == GT_ERR_BUSY && !cmd->serves ? GT_ERR_IO : err;
}

const char *gt_cmd_store(const struct gt_cmd *cmd)
{
    return cmd->conf.store[0] ? cmd->conf.store : "the database";
}

enum gt_err gt_cmd_open_keys(struct gt_cmd *cmd)
{
    return gt_keysrc_new(cmd->db, cmd->key_block ? cmd->key_block : KEY_BLOCK, &cmd->src);
}

/* Whether the schema is there, and the platform's row of state. */
static enum gt_err check_state(struct gt_tx *tx, void *arg)
{
    struct gt_state state;

    (void)arg;
    gt_state_read(tx, &state);
    return gt_tx_err(tx);
}

enum gt_err gt_cmd_open(struct gt_cmd *cmd)
{
    int version;
    enum gt_err err = gt_cmd_load(cmd);

    if (err == GT_OK)
        err = gt_cmd_open_store(cmd, false);
    if (err == GT_OK)
        err = gt_schema_version(cmd->db, &version);
    if (err == GT_OK && version == 0)
        err = gt_err_set(GT_ERR_CONFIG, "%s is empty: run gridtill init", gt_cmd_store(cmd));
    if (err == GT_OK)
        err = gt_db_read(cmd->db, "command.open", check_state, NULL);
    if (err == GT_OK)
        err = gt_cmd_open_keys(cmd);
    return err;
}

enum gt_err gt_cmd_log(struct gt_cmd *cmd)
{
    char who[80], host[64] = "";
    const struct passwd *user = getpwuid(getuid());

    if (cmd->logger.chain != 0)
        return GT_OK;
    if (user)
        snprintf(who, sizeof(who), "os:%.60s", user->pw_name);
    else
        snprintf(who, sizeof(who), "os:%u", (unsigned)getuid());
    if (gethostname(host, sizeof(host) - 1) != 0)
        host[0] = '\0';
    return gt_logger_init(&cmd->logger, cmd->src, gt_clock_system(), who, host);
}

struct gt_by gt_cmd_by(const struct gt_cmd *cmd)
{
    return (struct gt_by){.db = cmd->db,
                          .src = cmd->src,
                          .clock = gt_clock_system(),
                          .random = gt_random_system(),
                          .keys = &cmd->keys,
                          .logger = &cmd->logger,
                          .user_id = GT_BY_COMMAND,
                          .tz_minutes = cmd->conf.tz_minutes};
}

struct looking {
    enum gt_cmd_thing thing;
    const char *code;
    int64_t id;
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    static const char *const names[] = {"organisation", "role", "user", "operator", "terminal"};
    struct looking *l = arg;
    struct gt_org org = {.id = 0};
    struct gt_role role = {.id = 0};
    struct gt_user user = {.id = 0};
    struct gt_terminal terminal = {.id = 0};
    bool found = false;

    switch (l->thing) {
    case GT_CMD_ORG:
        found = gt_org_by_code(tx, l->code, &org);
        break;
    case GT_CMD_ROLE:
        found = gt_role_by_code(tx, l->code, &role);
        break;
    case GT_CMD_USER:
        found = gt_user_by_login(tx, l->code, &user);
        break;
    case GT_CMD_OPERATOR:
        found = gt_user_by_operator(tx, l->code, &user);
        break;
    case GT_CMD_TERMINAL:
        found = gt_terminal_by_no(tx, l->code, &terminal);
        break;
    }
    l->id = org.id + role.id + user.id + terminal.id; /* one of them */
    if (!found && gt_tx_err(tx) == GT_OK)
        return gt_err_set(GT_ERR_ABSENT, "there is no %s %s", names[l->thing], l->code);
    return gt_tx_err(tx);
}

enum gt_err gt_cmd_find(struct gt_cmd *cmd, enum gt_cmd_thing thing, const char *code, int64_t *id)
{
    struct looking l = {.thing = thing, .code = code};
    enum gt_err err = gt_db_read(cmd->db, "find", find_in, &l);

    if (err == GT_OK)
        *id = l.id;
    return err;
}

void gt_cmd_done(struct gt_cmd *cmd)
{
    gt_keysrc_free(cmd->src);
    if (cmd->db)
        gt_db_close(cmd->db);
    gt_wipe(&cmd->keys, sizeof(cmd->keys));
    cmd->src = NULL;
    cmd->db = NULL;
}

/* The command that tells more about a failure, NULL if its text says all. */
static const char *look_with(enum gt_err err)
{
    switch (err) {
    case GT_ERR_TAMPERED:
        return "gridtill check books";
    case GT_ERR_FULL:
        return "df -h";
    case GT_ERR_FATAL:
    case GT_ERR_IO:
        return "gridtill check store";
    default:
        return NULL;
    }
}

int gt_cmd_fail(enum gt_err err)
{
    const char *look = look_with(err), *text = gt_err_text();

    fprintf(stderr, "gridtill: %s\n", *text ? text : gt_err_name(err));
    if (err == GT_ERR_BUSY)
        fputs("Others are in the way, or the database is not there: try again, or gridtill check "
              "store\n",
              stderr);
    if (look)
        fprintf(stderr, "Look with: %s\n", look);
    return err == GT_ERR_FATAL ? GT_EXIT_STORE : GT_EXIT_FAILED;
}

int gt_cmd_refuse(const char *fmt, ...)
{
    va_list ap;

    fputs("gridtill: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return GT_EXIT_FAILED;
}

bool gt_cmd_money(const struct gt_args *args, const char *name, int64_t *fen)
{
    const char *text = gt_arg(args, name);
    int64_t value;

    if (!text)
        return true;
    if (gt_money_parse(text, &value) != GT_OK || value < 0) {
        gt_args_wrong(args, "--%s wants an amount of yuan like 1000.00, not %s", name, text);
        return false;
    }
    *fen = value;
    return true;
}

bool gt_cmd_date(const struct gt_args *args, const char *name, int64_t *date)
{
    const char *text = gt_arg(args, name);
    int64_t value;

    if (!text)
        return true;
    if (gt_int_parse(text, &value) != GT_OK || !gt_date_valid(value)) {
        gt_args_wrong(args, "--%s wants a date like 20261122, not %s", name, text);
        return false;
    }
    *date = value;
    return true;
}

bool gt_cmd_minute(const struct gt_args *args, const char *text, int64_t *minute)
{
    if (strcmp(text, "off") == 0) {
        *minute = -1;
        return true;
    }
    bool form = strlen(text) == 5 && text[2] == ':';
    for (int i = 0; form && i < 5; i++)
        form = i == 2 || (text[i] >= '0' && text[i] <= '9');
    int hour = form ? (text[0] - '0') * 10 + text[1] - '0' : 25;
    int min = form ? (text[3] - '0') * 10 + text[4] - '0' : 60;
    if (min > 59 || hour * 60 + min > 24 * 60) {
        gt_args_wrong(args, "a time of the day is HH:MM (24:00: midnight), or off, not %s", text);
        return false;
    }
    *minute = hour * 60 + min;
    return true;
}

/* Reads a line without its end; the stream keeps the secret in no buffer of its own. */
static enum gt_err read_line(int fd, char *out, size_t size)
{
    size_t len = 0;
    char c;
    ssize_t n;

    while ((n = read(fd, &c, 1)) == 1 && c != '\n') {
        if (len + 1 == size)
            return gt_err_set(GT_ERR_SYNTAX, "it is longer than %zu bytes", size - 1);
        out[len++] = c;
    }
    if (n < 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot read it");
    if (len > 0 && out[len - 1] == '\r')
        len--;
    out[len] = '\0';
    if (strlen(out) != len || len == 0)
        return gt_err_set(GT_ERR_SYNTAX, "nothing was given");
    return GT_OK;
}

/* Asks on the terminal, without echo. */
static enum gt_err ask(const char *what, const char *again, char *out, size_t size)
{
    struct termios before, silent;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return gt_err_set(GT_ERR_DENIED,
                          "standard input is no terminal: give it there with "
                          "--%s-stdin",
                          what);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s%s: ", what, again);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot turn the echo off");
    enum gt_err err = read_line(STDIN_FILENO, out, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return err;
}

enum gt_err gt_cmd_secret(const char *what, bool from_stdin, char *out, size_t size)
{
    char again[512];

    if (from_stdin)
        return gt_err_add(read_line(STDIN_FILENO, out, size), "%s", what);
    enum gt_err err = ask(what, "", out, size);
    if (err == GT_OK)
        err = ask(what, " again", again, sizeof(again));
    if (err == GT_OK && strcmp(out, again) != 0)
        err = gt_err_set(GT_ERR_DENIED, "the two differ");
    gt_wipe(again, sizeof(again));
    return gt_err_add(err, "%s", what);
}
