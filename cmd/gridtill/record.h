/*
 * An object as people and programs get to see it: named fields, printed as a line of a list, as a
 * page, or as JSON.
 */
#ifndef GT_CMD_RECORD_H
#define GT_CMD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define GT_RECORD_FIELDS_MAX 24

struct gt_record {
    struct gt_field {
        const char *name; /* static */
        int width;        /* columns of a list; 0: not in lists */
        bool number;      /* JSON without quotes */
        char text[600];
    } field[GT_RECORD_FIELDS_MAX];
    int n;
};

/* Add a field.  Texts are cut to what a field holds. */
void gt_record_text(struct gt_record *r, const char *name, int width, const char *text);
void gt_record_int(struct gt_record *r, const char *name, int width, int64_t value);
void gt_record_money(struct gt_record *r, const char *name, int width, int64_t fen);

/* One object: "name: value" lines, or a JSON object. */
void gt_record_show(const struct gt_record *r, bool json);

/* A list: begin, a line each, end. */
struct gt_listing {
    bool json;
    int64_t rows;
};
void gt_listing_row(struct gt_listing *l, const struct gt_record *r);
void gt_listing_end(struct gt_listing *l);

/* Lists a whole table in the order of its ids, a page a read; `fill` makes a record of a row. Gives
 * the exit status. */
struct gt_cmd;
struct gt_row;
int gt_listing_table(struct gt_cmd *cmd, const struct gt_row *def,
                     void (*fill)(struct gt_record *r, const void *row));

#endif
