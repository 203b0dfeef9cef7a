/*
 * Forms: typed fields as a table, what was typed, and what is wrong with it, at its field.
 *
 *     enum { F_CODE, F_NAME, F__MAX };
 *     static const struct gt_field fields[F__MAX] = {
 *         [F_CODE] = {"code", GT_FIELD_LINE, .required = true, .most = 32},
 *         [F_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 96},
 *     };
 *
 *     if (gt_form_read(page, fields, F__MAX, &form) && …change…)
 *         return gt_page_go(page, …);
 *     gt_form_show(&form);
 *     return gt_page_show(page, "org_edit");
 *
 * The template writes `<?cs call:field(Form.code) ?>`.  Label, help and choices are words of the
 * page: "<page>.code", "<page>.code_help" (may be missing), "<page>.kind_station".
 */
#ifndef GT_KIT_FORM_H
#define GT_KIT_FORM_H

#include "kit/page.h"

#define GT_FIELDS_MAX 32

enum gt_field_kind {
    GT_FIELD_LINE,   /* one line of text, without control characters, blanks around it cut off */
    GT_FIELD_TEXT,   /* several lines */
    GT_FIELD_SECRET, /* a password: never shown again */
    GT_FIELD_INT,    /* a whole number */
    GT_FIELD_MONEY,  /* yuan, kept as fen; 1,234.56 is understood */
    GT_FIELD_DATE,   /* 2026-11-22, kept as yyyymmdd */
    GT_FIELD_CHOICE, /* one of `choices`, or of those the page adds */
    GT_FIELD_FLAG,   /* a box: 1 or 0 */
    GT_FIELD_HIDDEN, /* goes with the form unseen: a version, an id; a whole number */
    GT_FIELD__MAX
};

struct gt_field {
    const char *name;
    enum gt_field_kind kind;
    bool required;
    int64_t least, most;        /* characters, or the number; both 0: no limits (text: 4000) */
    const char *const *choices; /* of a choice, ended by NULL; NULL: the page adds them */
};

struct gt_value {
    const char *text; /* as typed, "" if not; borrowed from the page's parameters */
    int64_t number;   /* of a field that is one */
    bool bad;
};

struct gt_form {
    struct gt_page *page;
    const struct gt_field *fields;
    size_t n;
    struct gt_value value[GT_FIELDS_MAX];
    bool bad; /* some field is */
};

/* A form with nothing typed yet, for the first showing; the page puts in what is there. */
void gt_form_start(struct gt_page *page, const struct gt_field *fields, size_t n,
                   struct gt_form *form);
void gt_form_put(struct gt_form *form, size_t field, const char *text); /* borrowed till shown */
/* Reads what came in the body (or the address, for filters), checks each field; true if all are
 * good. */
bool gt_form_read(struct gt_page *page, const struct gt_field *fields, size_t n,
                  struct gt_form *form);
bool gt_form_read_query(struct gt_page *page, const struct gt_field *fields, size_t n,
                        struct gt_form *form);

/* Adds a choice, in their order, to a field without `choices`. */
void gt_form_choice(struct gt_form *form, size_t field, size_t i, const char *value,
                    const char *label);
/* Says what is wrong with a field: a word of the page, or a text; the field called `name`, or the
 * form as a whole if there is none. */
void gt_form_fail(struct gt_form *form, size_t field, const char *word, const char *const *args);
void gt_form_fail_text(struct gt_form *form, const char *name, const char *text);
/* Gives the template all of it, as Form.<name>. */
void gt_form_show(struct gt_form *form);

#endif
