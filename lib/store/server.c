/*
 * How each server is spoken to: texts of its dialect, and what its error codes mean.
 *
 * Codes decide by the server's own number where SQLSTATE is not to be trusted: a deadlock on MSSQL
 * comes with 42000.  PostgreSQL's numbers are its states.
 */
#include "store/odbc.h"

#include <string.h>

/* --- PostgreSQL ------------------------------------------------------------------------------- */

static const struct gt_server_code postgres_codes[] = {
    {"23505", 0, GT_ERR_EXISTS, GT_FATE_FAILED},   /* unique */
    {"40001", 0, GT_ERR_CHANGED, GT_FATE_AGAIN},   /* serialization */
    {"40P01", 0, GT_ERR_BUSY, GT_FATE_AGAIN},      /* deadlock */
    {"55P03", 0, GT_ERR_BUSY, GT_FATE_AGAIN},      /* lock time-out */
    {"22001", 0, GT_ERR_TOOBIG, GT_FATE_FAILED},   /* text longer than its column */
    {"22003", 0, GT_ERR_RANGE, GT_FATE_FAILED},    /* number out of range */
    {"25006", 0, GT_ERR_INTERNAL, GT_FATE_FAILED}, /* a write in a reading transaction */
    {"28", 0, GT_ERR_DENIED, GT_FATE_FAILED},      /* user or secret */
    {"3D000", 0, GT_ERR_ABSENT, GT_FATE_FAILED},   /* no such database */
    {"42P07", 0, GT_ERR_EXISTS, GT_FATE_FAILED},   /* a table, when two migrate at once */
    {"42501", 0, GT_ERR_DENIED, GT_FATE_FAILED},   /* no right */
    {"42", 0, GT_ERR_SYNTAX, GT_FATE_FAILED},      /* form, or no such table or column */
    {"53100", 0, GT_ERR_FULL, GT_FATE_FAILED},     /* disk full */
    {"53", 0, GT_ERR_BUSY, GT_FATE_AGAIN},         /* connections or memory are used up */
    {"57014", 0, GT_ERR_BUSY, GT_FATE_AGAIN},      /* cancelled, by a time-out for one */
    {"57P", 0, GT_ERR_BUSY, GT_FATE_LOST},         /* shut down, or not up yet */
    {"25P03", 0, GT_ERR_BUSY, GT_FATE_LOST},       /* idle in a transaction for too long */
    {"08", 0, GT_ERR_BUSY, GT_FATE_LOST},          /* the link */
    {NULL, 0, GT_ERR_INTERNAL, GT_FATE_FAILED},
};

static const struct gt_server_want postgres_wants[] = {
    {"SELECT CASE WHEN current_setting('server_encoding') = 'UTF8' THEN 'good' ELSE 'bad' END",
     "the database does not keep its texts in UTF-8",
     "createdb --encoding=UTF8 --template=template0"},
    {"SELECT CASE WHEN current_setting('fsync') = 'on' AND"
     " current_setting('synchronous_commit') <> 'off' THEN 'good' ELSE 'bad' END",
     "fsync or synchronous_commit is off: a power cut loses sales that were answered",
     "ALTER SYSTEM SET fsync = on; ALTER SYSTEM SET synchronous_commit = on"},
    {NULL, NULL, NULL},
};

/* Rows to be written come as arrays, and are found by their keys: a plan that was made while a
 * table was small must not stay when it is not.  So a transaction that writes has plans by index
 * only. Many callbacks together wait for a lock less than deadlocks take to be seen: they go apart
 * then, and each waits for itself. */
static const struct gt_server postgres = {
    .dialect = GT_DIALECT_POSTGRES,
    .setup = "SET client_encoding TO 'UTF8'; SET lock_timeout TO 4000; "
             "SET client_min_messages TO warning",
    /* A node that lost its power must not keep others from its rows for long. */
    .setup_serving = "SET idle_in_transaction_session_timeout TO 2000",
    .begin = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL enable_seqscan TO off; "
             "SET LOCAL enable_hashjoin TO off; SET LOCAL enable_mergejoin TO off; "
             "SET LOCAL jit TO off",
    .together = "SET lock_timeout TO 300; SET plan_cache_mode TO force_generic_plan; "
                "SET enable_seqscan TO off; SET enable_hashjoin TO off; "
                "SET enable_mergejoin TO off; SET jit TO off",
    .begin_together = "BEGIN ISOLATION LEVEL READ COMMITTED",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .commit = "COMMIT",
    .rollback = "ROLLBACK",
    .has_table = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?",
    .mark_look = "SELECT seq FROM gt_mark WHERE id = %lld FOR UPDATE",
    .alone = "LOCK TABLE gt_mark IN SHARE ROW EXCLUSIVE MODE",
    .clock = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    .isolation = "SELECT current_setting('default_transaction_isolation')",
    .collation = "SELECT datcollate FROM pg_database WHERE datname = current_database()",
    .text_type = SQL_VARCHAR,
    .long_type = SQL_LONGVARCHAR,
    .join = GT_JOIN_WITH,
    .codes = postgres_codes,
    .wants = postgres_wants,
};

/* --- MSSQL and Sybase ------------------------------------------------------------------------- */

static const struct gt_server_code tsql_codes[] = {
    {"", 2627, GT_ERR_EXISTS, GT_FATE_FAILED}, /* primary key */
    {"", 2601, GT_ERR_EXISTS, GT_FATE_FAILED}, /* unique index */
    {"", 2714, GT_ERR_EXISTS, GT_FATE_FAILED}, /* a table, when two migrate at once */
    {"", 1205, GT_ERR_BUSY, GT_FATE_AGAIN},    /* deadlock */
    {"", 1222, GT_ERR_BUSY, GT_FATE_AGAIN},    /* lock time-out */
    {"", 3960, GT_ERR_CHANGED, GT_FATE_AGAIN}, /* snapshot conflict */
    {"", 3902, GT_ERR_BUSY, GT_FATE_AGAIN},    /* the server had ended the transaction itself */
    {"", 3903, GT_ERR_BUSY, GT_FATE_AGAIN},
    {"", 8152, GT_ERR_TOOBIG, GT_FATE_FAILED}, /* text longer than its column */
    {"", 2628, GT_ERR_TOOBIG, GT_FATE_FAILED},
    {"", 8115, GT_ERR_RANGE, GT_FATE_FAILED}, /* number out of range */
    {"", 102, GT_ERR_SYNTAX, GT_FATE_FAILED}, /* form; table; column */
    {"", 156, GT_ERR_SYNTAX, GT_FATE_FAILED},
    {"", 207, GT_ERR_SYNTAX, GT_FATE_FAILED},
    {"", 208, GT_ERR_SYNTAX, GT_FATE_FAILED},
    {"", 229, GT_ERR_DENIED, GT_FATE_FAILED},   /* no right */
    {"", 18456, GT_ERR_DENIED, GT_FATE_FAILED}, /* user or secret */
    {"", 4002, GT_ERR_DENIED, GT_FATE_FAILED},
    {"", 4060, GT_ERR_ABSENT, GT_FATE_FAILED}, /* no such database */
    {"", 3952, GT_ERR_CONFIG, GT_FATE_FAILED}, /* snapshots are not allowed in the database */
    {"", 1105, GT_ERR_FULL, GT_FATE_FAILED},   /* disk or log full */
    {"", 9002, GT_ERR_FULL, GT_FATE_FAILED},
    {"", 20003, GT_ERR_BUSY, GT_FATE_LOST}, /* time-out */
    {"", 20004, GT_ERR_BUSY, GT_FATE_LOST}, /* the link */
    {"", 20006, GT_ERR_BUSY, GT_FATE_LOST},
    {"", 20009, GT_ERR_BUSY, GT_FATE_LOST},
    {"", 20017, GT_ERR_BUSY, GT_FATE_LOST},
    {"", 20047, GT_ERR_BUSY, GT_FATE_LOST},
    {"08", 0, GT_ERR_BUSY, GT_FATE_LOST},
    {"HYT", 0, GT_ERR_BUSY, GT_FATE_LOST},
    {"28000", 0, GT_ERR_DENIED, GT_FATE_FAILED},
    {NULL, 0, GT_ERR_INTERNAL, GT_FATE_FAILED},
};

static const struct gt_server_want mssql_wants[] = {
    {"SELECT CASE WHEN snapshot_isolation_state = 1 THEN 'good' ELSE 'bad' END FROM sys.databases"
     " WHERE name = DB_NAME()",
     "the database allows no snapshots: readers cannot see one state",
     "ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON"},
    {"SELECT CASE WHEN is_read_committed_snapshot_on = 1 THEN 'good' ELSE 'bad' END FROM"
     " sys.databases WHERE name = DB_NAME()",
     "who reads waits for who writes", "ALTER DATABASE … SET READ_COMMITTED_SNAPSHOT ON"},
    {NULL, NULL, NULL},
};

static const struct gt_server_want sybase_wants[] = {
    {"SELECT CASE WHEN 'a' = 'A' THEN 'bad' ELSE 'good' END",
     "the server's sort order takes keys that differ by case for one",
     "sp_configure 'default sortorder id', 50"},
    {NULL, NULL, NULL},
};

#define TSQL_SETUP "SET XACT_ABORT ON SET ANSI_NULLS ON SET QUOTED_IDENTIFIER ON "

static const struct gt_server mssql = {
    .dialect = GT_DIALECT_MSSQL,
    .setup = TSQL_SETUP "SET LOCK_TIMEOUT 4000",
    .begin = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; BEGIN TRANSACTION",
    .begin_read = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION",
    .commit = "COMMIT",
    .rollback = "IF @@TRANCOUNT > 0 ROLLBACK",
    .has_table = "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = ?",
    .mark_look = "SELECT seq FROM gt_mark WITH (UPDLOCK) WHERE id = %lld",
    .alone = "SELECT TOP 1 id FROM gt_mark WITH (TABLOCKX)",
    .clock = "SELECT DATEDIFF_BIG(ms, '1970-01-01', SYSUTCDATETIME())",
    .isolation =
        "SELECT CASE snapshot_isolation_state WHEN 1 THEN 'snapshot' ELSE 'no snapshot' END"
        " FROM sys.databases WHERE name = DB_NAME()",
    .collation = "SELECT CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS NVARCHAR(80))",
    .text_type = SQL_WVARCHAR,
    .long_type = SQL_WLONGVARCHAR,
    .join = GT_JOIN_BATCH,
    .codes = tsql_codes,
    .wants = mssql_wants,
};

static const struct gt_server sybase = {
    .dialect = GT_DIALECT_SYBASE,
    .setup = "SET ANSINULL ON SET QUOTED_IDENTIFIER ON SET LOCK WAIT 4",
    .begin = "SET TRANSACTION ISOLATION LEVEL 1 BEGIN TRANSACTION",
    /* Sybase has no snapshots: who reads holds its rows until it has read all. */
    .begin_read = "SET TRANSACTION ISOLATION LEVEL 3 BEGIN TRANSACTION",
    .commit = "COMMIT",
    .rollback = "IF @@TRANCOUNT > 0 ROLLBACK",
    .has_table = "SELECT 1 FROM sysobjects WHERE type = 'U' AND name = ?",
    .mark_look = "SELECT seq FROM gt_mark HOLDLOCK WHERE id = %lld",
    .alone = "LOCK TABLE gt_mark IN EXCLUSIVE MODE WAIT 4",
    .clock = "SELECT CONVERT(BIGINT, DATEDIFF(ss, '19700101', GETUTCDATE())) * 1000",
    .collation = "SELECT name FROM master..syscharsets WHERE id ="
                 " (SELECT value FROM master..sysconfigures WHERE name = 'default sortorder id')"
                 " AND type >= 2000",
    .text_type = SQL_WVARCHAR,
    .long_type = SQL_WLONGVARCHAR,
    .codes = tsql_codes,
    .wants = sybase_wants,
};

/* --- finding ---------------------------------------------------------------------------------- */

const struct gt_server *gt_server_find(const char *product)
{
    static const struct {
        const char *part;
        const struct gt_server *server;
    } products[] = {
        {"PostgreSQL", &postgres}, {"Microsoft", &mssql},   {"Adaptive Server", &sybase},
        {"ASE", &sybase},          {"sql server", &sybase}, /* what FreeTDS calls a Sybase server,
                                                               letter by letter */
    };
    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
        if (strstr(product, products[i].part))
            return products[i].server;
    }
    return NULL;
}

const struct gt_server_code *gt_server_code(const struct gt_server *server, const char *state,
                                            SQLINTEGER native)
{
    const struct gt_server_code *code = server->codes;
    for (; code->state; code++) {
        if (code->native ? code->native == native
                         : strncmp(state, code->state, strlen(code->state)) == 0)
            break;
    }
    return code;
}
