/*
 * gridtill migrate, and gridtill schema.
 *
 * Migrations are additive and run beside trading; each is a transaction of its own.
 */
#include "access/state.h"
#include "commands.h"
#include "common.h"
#include "store/schema.h"
#include "store/stmt.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA_MAX (1024 * 1024)

/* Built-in roles, as this program knows them: a new right is theirs from now on. */
static enum gt_err ensure_in(struct gt_tx *tx, void *arg)
{
    struct gt_state state;

    (void)arg;
    return gt_state_peek(tx, &state) ? gt_roles_ensure(tx) : gt_tx_err(tx);
}

static int run_migrate(struct gt_cmd *cmd, const struct gt_args *args)
{
    int have, latest, applied;
    enum gt_err err = gt_cmd_load(cmd);

    if (err == GT_OK)
        err = gt_cmd_open_store(cmd, false);
    if (err == GT_OK)
        err = gt_schema_version(cmd->db, &have);
    if (err == GT_OK)
        err = gt_schema_latest(cmd->conf.sql, &latest);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("The schema has version %d, the newest is %d.\n", have, latest);
    if (gt_arg_given(args, "dry-run"))
        return GT_EXIT_OK;
    err = gt_migrate(cmd->db, cmd->conf.sql, &applied);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, "roles.ensure", ensure_in, NULL);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Applied %d migration%s.\n", applied, applied == 1 ? "" : "s");
    return GT_EXIT_OK;
}

static const struct gt_option migrate_options[] = {
    {"dry-run", NULL, "only say what there is to do"},
    {NULL, NULL, NULL},
};

static const struct gt_verb migrate_verbs[] = {
    {"", "", "Brings the schema of the store to that of this program.", 0, 0, migrate_options,
     run_migrate},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_migrate = {"migrate", "bring the schema up to date",
                                              migrate_verbs};

/* Appends every statement of the program, each behind its name. */
static enum gt_err print_statements(enum gt_dialect dialect, struct gt_buf *out)
{
    enum gt_err err = GT_OK;

    for (size_t i = 0; err == GT_OK && i < gt_stmt_count(); i++) {
        const struct gt_stmt *stmt = gt_stmt_at(i);
        const char *slash = strrchr(stmt->file, '/');

        gt_buf_printf(out, "-- %s, %s\n", stmt->name, slash ? slash + 1 : stmt->file);
        err = gt_err_add(gt_sql_expand(dialect, stmt->sql, out), "%s", stmt->name);
        gt_buf_puts(out, ";\n");
    }
    return err;
}

static enum gt_err print_schema(struct gt_cmd *cmd, const char *folder, enum gt_dialect dialect,
                                struct gt_buf *out)
{
    enum gt_err err = GT_OK;

    if (!folder) {
        err = gt_cmd_load(cmd);
        folder = cmd->conf.sql;
    }
    return err == GT_OK ? gt_schema_print(dialect, folder, out) : err;
}

static int run_schema(struct gt_cmd *cmd, const struct gt_args *args)
{
    enum gt_dialect dialect;
    struct gt_buf out;

    if (!gt_dialect_find(args->operand[0], &dialect))
        return gt_args_wrong(args, "a dialect is sqlite, postgres, mssql or sybase, not %s",
                             args->operand[0]);
    gt_buf_init(&out, SCHEMA_MAX);
    enum gt_err err = gt_arg_given(args, "statements")
                          ? print_statements(dialect, &out)
                          : print_schema(cmd, gt_arg(args, "sql"), dialect, &out);
    if (err == GT_OK)
        err = gt_buf_err(&out);
    if (err == GT_OK)
        fwrite(out.data, 1, out.len, stdout);
    gt_buf_done(&out);
    return err == GT_OK ? GT_EXIT_OK : gt_cmd_fail(err);
}

static const struct gt_option schema_options[] = {
    {"sql", "FOLDER", "folder of the migrations, instead of the configured one"},
    {"statements", NULL, "print the program's statements instead, as the database prepares them"},
    {NULL, NULL, NULL},
};

static const struct gt_verb schema_verbs[] = {
    {"", "DIALECT", "Prints the schema as a database runs it: sqlite, postgres, mssql, sybase.", 1,
     1, schema_options, run_schema},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_schema = {"schema", "the schema in a dialect of SQL",
                                             schema_verbs};
