/*
 * Sealed rows: a C struct and a table row, told once.
 *
 * A list macro names the columns; KI/KT are integer and text columns that never change after the
 * insert, I/T may.  Every such table has `id` (first, KI), `version` (an I, last: 1 after the
 * insert, one more by each save) and, behind it and not in the struct, `seal`: HMAC-SHA256 under
 * the audit key over the table's name and all columns, so that a row changed, added or moved by
 * another hand shows.
 *
 *     #define GT_ACCOUNT_COLS(KI, KT, I, T) \
 *         KI(id) KI(owner_id) I(deposit) I(held) T(note, 80) I(version)
 *     struct gt_account { GT_ROW_STRUCT(GT_ACCOUNT_COLS) };         // in the header
 *     extern const struct gt_row gt_account_row;
 *     GT_ROW_DEFINE(gt_account, GT_ACCOUNT_COLS)                    // in the .c file
 *     GT_STMT(account_by_owner, GT_ROW_SELECT(gt_account, GT_ACCOUNT_COLS) " WHERE owner_id = ?");
 *
 *     if (gt_row_one(tx, &gt_account_row, &acc, &account_by_owner, GT_INT(owner))) …
 *     acc.held += amount;
 *     gt_row_save(tx, &gt_account_row, &acc);
 *
 * A save is UPDATE … WHERE id = ? AND version = ?: if somebody else changed the row since it was
 * read, no row matches and the transaction fails with GT_ERR_CHANGED (and is run again whole by
 * those who may).  Reading checks the seal: a bad one fails with GT_ERR_TAMPERED.
 *
 * No text of a row ends in a blank: such are taken off when it is written (row.c says why).
 *
 * On SQLite a write transaction is alone.  On a server others go on beside it, so a row that many
 * want to save is read with gt_row_lock(): they then queue instead of running again and again.
 */
#ifndef GT_STORE_ROW_H
#define GT_STORE_ROW_H

#include "store/db.h"

struct gt_row_col {
    const char *name;
    size_t offset; /* in the struct */
    size_t size;   /* of a text, 0 for an integer */
    bool fixed;    /* never changes after the insert */
};

struct gt_row {
    const char *table;
    const struct gt_row_col *(*cols)(size_t *ncols);
    const struct gt_stmt *const *insert, *const *save, *const *remove, *const *find, *const *scan;
    const struct gt_stmt *const *lock;
    size_t size; /* of the struct */
    bool kept;   /* few rows that every sale reads: the writer keeps them in memory (keep.c) */
};

#define GT_ROW_FIELD_I_(n)    int64_t n;
#define GT_ROW_FIELD_T_(n, s) char n[s];
#define GT_ROW_NAME_I_(n)     #n ", "
#define GT_ROW_NAME_T_(n, s)  #n ", "
#define GT_ROW_MARK_I_(n)     "?, "
#define GT_ROW_MARK_T_(n, s)  "?, "
#define GT_ROW_SET_I_(n)      #n " = ?, "
#define GT_ROW_SET_T_(n, s)   #n " = ?, "
#define GT_ROW_NONE_I_(n)     ""
#define GT_ROW_NONE_T_(n, s)  ""
#define GT_ROW_COL_KI_(n)     {#n, offsetof(gt_row_this, n), 0, true},
#define GT_ROW_COL_KT_(n, s)  {#n, offsetof(gt_row_this, n), s, true},
#define GT_ROW_COL_I_(n)      {#n, offsetof(gt_row_this, n), 0, false},
#define GT_ROW_COL_T_(n, s)   {#n, offsetof(gt_row_this, n), s, false},

/* The members of the struct. */
#define GT_ROW_STRUCT(COLS) COLS(GT_ROW_FIELD_I_, GT_ROW_FIELD_T_, GT_ROW_FIELD_I_, GT_ROW_FIELD_T_)
/* "id, …, version, seal", for a SELECT of one's own. */
#define GT_ROW_NAMES(COLS) \
    COLS(GT_ROW_NAME_I_, GT_ROW_NAME_T_, GT_ROW_NAME_I_, GT_ROW_NAME_T_) "seal"
/* "SELECT id, …, seal FROM table": put " WHERE …" behind it. */
#define GT_ROW_SELECT(tbl, COLS) "SELECT " GT_ROW_NAMES(COLS) " FROM " #tbl

/* The descriptor `tbl_row` of a table and its statements; the second for a table whose rows are
 * kept. */
#define GT_ROW_DEFINE(tbl, COLS)      GT_ROW_DEFINE_(tbl, COLS, false)
#define GT_ROW_DEFINE_KEPT(tbl, COLS) GT_ROW_DEFINE_(tbl, COLS, true)

#define GT_ROW_DEFINE_(tbl, COLS, is_kept)                                                       \
    GT_STMT(tbl##_insert,                                                                        \
            "INSERT INTO " #tbl " (" GT_ROW_NAMES(COLS) ") VALUES (" COLS(                       \
                GT_ROW_MARK_I_, GT_ROW_MARK_T_, GT_ROW_MARK_I_, GT_ROW_MARK_T_) "?)");           \
    GT_STMT(tbl##_save,                                                                          \
            "UPDATE " #tbl " SET " COLS(GT_ROW_NONE_I_, GT_ROW_NONE_T_, GT_ROW_SET_I_,           \
                                        GT_ROW_SET_T_) "seal = ? WHERE id = ? AND version = ?"); \
    GT_STMT(tbl##_remove, "DELETE FROM " #tbl " WHERE id = ? AND version = ?");                  \
    GT_STMT(tbl##_find, GT_ROW_SELECT(tbl, COLS) " WHERE id = ?");                               \
    GT_STMT(tbl##_scan, "SELECT {top 500} " GT_ROW_NAMES(                                        \
                            COLS) " FROM " #tbl " WHERE id > ? ORDER BY id {limit 500}");        \
    GT_STMT(tbl##_lock, GT_ROW_SELECT(tbl, COLS) " {lock} WHERE id = ? {locked}");               \
    static const struct gt_row_col *tbl##_cols(size_t *ncols)                                    \
    {                                                                                            \
        typedef struct tbl gt_row_this;                                                          \
        static const struct gt_row_col cols[] = {                                                \
            COLS(GT_ROW_COL_KI_, GT_ROW_COL_KT_, GT_ROW_COL_I_, GT_ROW_COL_T_)};                 \
        *ncols = sizeof(cols) / sizeof(cols[0]);                                                 \
        return cols;                                                                             \
    }                                                                                            \
    const struct gt_row tbl##_row = {                                                            \
        #tbl,        tbl##_cols,  &tbl##_insert, &tbl##_save,        &tbl##_remove,              \
        &tbl##_find, &tbl##_scan, &tbl##_lock,   sizeof(struct tbl), is_kept}

/* Inserts `row` (its version becomes 1) with its seal.  Sticks to `tx`: GT_ERR_EXISTS. */
void gt_row_insert(struct gt_tx *tx, const struct gt_row *def, void *row);
/* Saves the columns that may change; `row` must hold what was read, changed.  Its version goes up
 * by one.  Sticks to `tx`: GT_ERR_CHANGED. */
void gt_row_save(struct gt_tx *tx, const struct gt_row *def, void *row);
/* Deletes the row if it is still as read.  Sticks to `tx`: GT_ERR_CHANGED. */
void gt_row_remove(struct gt_tx *tx, const struct gt_row *def, const void *row);

/* Reads the row with this id into `row`; false if there is none.  A bad seal sticks to `tx`. */
bool gt_row_find(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row);
/* The same, and no other transaction saves or locks the row until this one has ended. */
bool gt_row_lock(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row);
/* Reads the row the tx stands on (after gt_tx_next() or gt_tx_one() on a GT_ROW_SELECT statement);
 * the seal is checked. */
void gt_row_read(struct gt_tx *tx, const struct gt_row *def, void *row);
/* Runs a GT_ROW_SELECT statement and reads its first row; false if there is none. */
#define gt_row_one(tx, def, row, stmt, ...) \
    (gt_tx_one((tx), (stmt), __VA_ARGS__) ? (gt_row_read((tx), (def), (row)), true) : false)
/* The same for a table whose rows are kept, and a statement that asks by columns that never change:
 * what it found once is not asked again until a row of the table comes or goes. */
#define gt_row_kept_one(tx, def, row, stmt, ...) \
    gt_row_kept_one_((tx), (def), (row), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))
bool gt_row_kept_one_(struct gt_tx *tx, const struct gt_row *def, void *row,
                      const struct gt_stmt *const *stmt, const struct gt_val *vals, size_t nvals);

/* Whether the look-up `stmt` may be left out: its only purpose is to find what a unique key would
 * refuse, in which case the callback runs again and then this is false; and this process has not
 * met these values of late.  gone(): the row that the key guards is removed. */
#define gt_row_unheard(tx, stmt, ...) \
    gt_row_unheard_((tx), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))
#define gt_row_gone(tx, stmt, ...) \
    gt_row_gone_((tx), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))
bool gt_row_unheard_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                     size_t nvals);
void gt_row_gone_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                  size_t nvals);

/* Says that the callback's own copy of the row, read before it began, is the row, and that another
 * run will not use the copy: its save may then wait for others. */
void gt_row_own(struct gt_tx *tx, const struct gt_row *def, int64_t id);

/* Reads the current row without failing on a bad seal, and says whether the seal is right: for
 * the auditor, who goes through a table with `def->scan` (rows with id above ?, 500 at a time). */
bool gt_row_read_unchecked(struct gt_tx *tx, const struct gt_row *def, void *row);

#endif
