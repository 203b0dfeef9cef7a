/*
 * Schema and migrations.
 *
 * sql/NNNN_name.sql are the migrations, numbered from 0001, frozen once released.  They are
 * written once, with words in braces that each dialect expands:
 *
 *   {int}      64-bit integer (ids, fen, UTC milliseconds, yyyymmdd, states)
 *   {key 32}   text of at most 32 characters, compared by byte (binary collation)
 *   {text 80}  text for people
 *   {doc}      long text
 *   {table}    behind the closing parenthesis of a table: its options (SQLite: STRICT)
 *   {top 20} … {limit 20}   the first rows of a SELECT: both are written, a dialect uses one
 *   {lock} … {locked}   behind the table and at the end of a SELECT in a write transaction: its
 * rows are this transaction's until it ends; on SQLite everything is
 *
 * A column without NOT NULL gets NULL where a server might think otherwise (Sybase does).
 *
 * A statement ends with ';' at the end of a line.  Every table and every column has a comment
 * ("-- …") on its line or on the line before.
 */
#ifndef GT_STORE_SCHEMA_H
#define GT_STORE_SCHEMA_H

#include "base/buf.h"
#include "store/db.h"

enum gt_dialect {
    GT_DIALECT_SQLITE,
    GT_DIALECT_POSTGRES,
    GT_DIALECT_MSSQL,
    GT_DIALECT_SYBASE,
    GT_DIALECT__MAX
};

/* "sqlite", "postgres", "mssql", "sybase"; false if there is no such dialect. */
bool gt_dialect_find(const char *name, enum gt_dialect *dialect);
const char *gt_dialect_name(enum gt_dialect dialect);

/* The dialect of an open database. */
enum gt_dialect gt_db_dialect(const struct gt_db *db);

/* Appends `sql` with its words expanded.  GT_ERR_SYNTAX for an unknown word. */
enum gt_err gt_sql_expand(enum gt_dialect dialect, const char *sql, struct gt_buf *out) GT_CHECK;

/* Appends the comments of a migration's tables and columns as statements, where the dialect has
 * such: PostgreSQL. */
enum gt_err gt_sql_comments(enum gt_dialect dialect, const char *sql, struct gt_buf *out) GT_CHECK;

/* Whether it is one statement: nothing but white space, comments and ';' behind its end. */
bool gt_sql_single(const char *sql);

/* Applies the migrations of `folder` that `db` has not had, each in a transaction of its own, and
 * gives how many.  A database newer than the program is GT_ERR_CONFIG. */
enum gt_err gt_migrate(struct gt_db *db, const char *folder, int *applied) GT_CHECK;
/* The number of the last applied migration, 0 for an empty database; and of the last in `folder`.
 */
enum gt_err gt_schema_version(struct gt_db *db, int *version) GT_CHECK;
enum gt_err gt_schema_latest(const char *folder, int *version) GT_CHECK;
/* Appends the whole schema in `folder` as `dialect` runs it. */
enum gt_err gt_schema_print(enum gt_dialect dialect, const char *folder,
                            struct gt_buf *out) GT_CHECK;

#endif
