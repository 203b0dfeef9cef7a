/*
 * Reading workbooks.  The only file that knows libzip.
 *
 * An archive is read from memory and nothing of it is written anywhere.  Each part is unpacked into
 * a buffer with a ceiling, so what a small file may grow to is known before it is begun; the XML in
 * it goes through base/xml.h, which refuses DTDs, entities and depth.
 */
#include "base/book.h"

#include "base/text.h"
#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define CELL_MAX  1200
#define PATH_MOST 256

struct book {
    zip_t *zip;
    xmlDocPtr texts;    /* shared strings; NULL: there are none */
    xmlNodePtr *shared; /* their elements, by number */
    size_t nshared;
};

static enum gt_err no_book(const char *why)
{
    return gt_err_set(GT_ERR_SYNTAX, "no workbook: %s", why);
}

/* --- parts -------------------------------------------------------------------------------------
 */

static enum gt_err unpack(zip_t *zip, zip_int64_t at, struct gt_buf *out)
{
    char block[16384];
    zip_int64_t n = -1;
    zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)at, 0);

    while (file && gt_buf_err(out) == GT_OK && (n = zip_fread(file, block, sizeof(block))) > 0)
        gt_buf_put(out, block, (size_t)n);
    if (file)
        (void)zip_fclose(file);
    if (gt_buf_err(out) == GT_OK && n < 0)
        return no_book("a part of it is damaged, or locked by a password");
    return gt_buf_err(out);
}

/* The document of a part; NULL, and no error, if there is no such part. */
static enum gt_err read_part(zip_t *zip, const char *name, xmlDocPtr *doc)
{
    struct gt_buf text;
    zip_int64_t at = zip_name_locate(zip, name, ZIP_FL_ENC_GUESS);

    *doc = NULL;
    if (at < 0)
        return GT_OK;
    gt_buf_init(&text, GT_BOOK_PART_MAX);
    enum gt_err err = unpack(zip, at, &text);
    if (err == GT_OK)
        err = gt_xml_parse(text.data, text.len, doc);
    gt_buf_done(&text);
    if (err == GT_ERR_UTF8)
        err = GT_ERR_SYNTAX;
    return gt_err_add(err, "%s", name);
}

/* --- which part is the first sheet -------------------------------------------------------------
 */

/* The id that ties an element to a relation: the attribute "id" of another namespace. */
static void read_tie(xmlNodePtr node, char out[64])
{
    out[0] = '\0';
    for (xmlAttrPtr attr = node->properties; attr; attr = attr->next) {
        if (!attr->ns || strcmp((const char *)attr->name, "id") != 0)
            continue;
        xmlChar *value = xmlNodeGetContent((xmlNodePtr)attr);
        if (value && gt_str_copy(out, 64, (const char *)value) != GT_OK)
            out[0] = '\0';
        xmlFree(value);
    }
}

/* Where a relation of the workbook leads, as a part's name. */
static void follow(xmlDocPtr relations, const char *tie, char out[PATH_MOST])
{
    xmlNodePtr root = relations ? xmlDocGetRootElement(relations) : NULL;
    char id[64], target[PATH_MOST - 8];

    for (xmlNodePtr node = root ? gt_xml_child(root, "Relationship") : NULL; node;
         node = gt_xml_next(node)) {
        if (gt_xml_attr(node, "Id", id, sizeof(id)) != GT_OK || strcmp(id, tie) != 0 ||
            gt_xml_attr(node, "Target", target, sizeof(target)) != GT_OK)
            continue;
        if (target[0] == '/')
            (void)snprintf(out, PATH_MOST, "%s", target + 1);
        else
            (void)snprintf(out, PATH_MOST, "xl/%s", target);
    }
}

static enum gt_err find_sheet(zip_t *zip, char name[PATH_MOST])
{
    xmlDocPtr workbook = NULL, relations = NULL;
    char tie[64] = "";
    enum gt_err err = read_part(zip, "xl/workbook.xml", &workbook);

    name[0] = '\0';
    if (err == GT_OK)
        err = read_part(zip, "xl/_rels/workbook.xml.rels", &relations);
    xmlNodePtr sheet =
        workbook ? gt_xml_path(xmlDocGetRootElement(workbook), "sheets/sheet") : NULL;
    if (sheet)
        read_tie(sheet, tie);
    if (tie[0])
        follow(relations, tie, name);
    xmlFreeDoc(workbook);
    xmlFreeDoc(relations);
    if (err == GT_OK && !name[0])
        err = no_book("it has no sheet");
    return err;
}

/* --- cells -------------------------------------------------------------------------------------
 */

static enum gt_err load_shared(struct book *book)
{
    enum gt_err err = read_part(book->zip, "xl/sharedStrings.xml", &book->texts);
    xmlNodePtr root = book->texts ? xmlDocGetRootElement(book->texts) : NULL, node;
    size_t n = 0;

    if (err != GT_OK || !root)
        return err;
    for (node = gt_xml_child(root, "si"); node; node = gt_xml_next(node))
        n++;
    book->shared = calloc(n + 1, sizeof(xmlNodePtr));
    if (!book->shared)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a workbook");
    for (node = gt_xml_child(root, "si"); node; node = gt_xml_next(node))
        book->shared[book->nshared++] = node;
    return GT_OK;
}

/* The text of a string: its own, or that of its runs; how it is spoken ("rPh") is none. */
static enum gt_err read_runs(xmlNodePtr string, char out[CELL_MAX])
{
    size_t len = 0;

    if (gt_xml_child(string, "t"))
        return gt_xml_child_text(string, "t", out, CELL_MAX);
    out[0] = '\0';
    for (xmlNodePtr run = gt_xml_child(string, "r"); run; run = gt_xml_next(run)) {
        xmlNodePtr node = gt_xml_child(run, "t");
        xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
        size_t more = text ? strlen((const char *)text) : 0;

        if (len + more < CELL_MAX && text)
            memcpy(out + len, text, more + 1);
        xmlFree(text);
        if (len + more >= CELL_MAX)
            return gt_err_set(GT_ERR_TOOBIG, "a cell has more than %d bytes", CELL_MAX - 1);
        len += more;
    }
    return GT_OK;
}

/* A number as people see it: spreadsheets keep 0.1 as 0.10000000000000001. */
static void tidy_number(char text[CELL_MAX])
{
    char *end;

    if (!strpbrk(text, ".eE"))
        return;
    double value = strtod(text, &end);
    if (end != text && *end == '\0')
        (void)snprintf(text, CELL_MAX, "%.15g", value);
}

static enum gt_err read_cell(const struct book *book, xmlNodePtr cell, char out[CELL_MAX])
{
    char kind[16];
    int64_t number;

    out[0] = '\0';
    if (gt_xml_attr(cell, "t", kind, sizeof(kind)) != GT_OK)
        return no_book("a cell of an unknown kind");
    if (strcmp(kind, "inlineStr") == 0)
        return gt_xml_child(cell, "is") ? read_runs(gt_xml_child(cell, "is"), out) : GT_OK;
    enum gt_err err = gt_xml_child_text(cell, "v", out, CELL_MAX);
    if (err != GT_OK || !out[0])
        return err;
    if (strcmp(kind, "s") == 0) {
        if (gt_int_parse(out, &number) != GT_OK || number < 0 || (size_t)number >= book->nshared)
            return no_book("a cell names a text that is not there");
        return read_runs(book->shared[number], out);
    }
    if (!kind[0] || strcmp(kind, "n") == 0)
        tidy_number(out);
    return GT_OK;
}

/* Column of a cell from 0, by its name ("C7"); the one that follows `before` if it has none. */
static size_t column_of(xmlNodePtr cell, size_t before)
{
    char name[16];
    size_t column = 0;

    if (gt_xml_attr(cell, "r", name, sizeof(name)) != GT_OK)
        return GT_BOOK_COLUMNS;
    for (const char *c = name; *c >= 'A' && *c <= 'Z' && column < GT_BOOK_COLUMNS * 26; c++)
        column = column * 26 + (size_t)(*c - 'A') + 1;
    return column ? column - 1 : before;
}

static void put_cell(struct gt_buf *csv, const char *text)
{
    gt_buf_putc(csv, '"');
    for (; *text; text++) {
        if (*text == '"')
            gt_buf_putc(csv, '"');
        /* A line end would move the numbers of the lines below. */
        gt_buf_putc(csv, *text == '\n' || *text == '\r' ? ' ' : *text);
    }
    gt_buf_putc(csv, '"');
}

static enum gt_err put_row(const struct book *book, xmlNodePtr row, struct gt_buf *csv)
{
    char text[CELL_MAX];
    size_t at = 0, next = 0; /* column that the line stands in; least that the next cell may have */

    for (xmlNodePtr cell = gt_xml_child(row, "c"); cell; cell = gt_xml_next(cell)) {
        size_t column = column_of(cell, next);
        enum gt_err err = read_cell(book, cell, text);

        if (err != GT_OK)
            return err;
        if (column < next)
            return no_book("its cells are in disorder");
        next = column + 1;
        if (!text[0])
            continue;
        if (column >= GT_BOOK_COLUMNS)
            return gt_err_set(GT_ERR_TOOBIG, "more than %d columns", GT_BOOK_COLUMNS);
        for (; at < column; at++)
            gt_buf_putc(csv, ',');
        put_cell(csv, text);
    }
    gt_buf_putc(csv, '\n');
    return gt_buf_err(csv);
}

static enum gt_err put_sheet(const struct book *book, xmlDocPtr sheet, struct gt_buf *csv)
{
    xmlNodePtr row = gt_xml_path(xmlDocGetRootElement(sheet), "sheetData/row");
    int64_t line = 0;
    enum gt_err err = GT_OK;

    for (; row && err == GT_OK; row = gt_xml_next(row)) {
        char name[16];
        int64_t number = line + 1;

        err = gt_xml_attr(row, "r", name, sizeof(name));
        if (err == GT_OK && name[0] && gt_int_parse(name, &number) != GT_OK)
            return no_book("a row without a number");
        if (err == GT_OK && number <= line)
            return no_book("its rows are in disorder");
        if (number > GT_BOOK_ROWS)
            return gt_err_set(GT_ERR_TOOBIG, "more than %d rows", GT_BOOK_ROWS);
        for (line++; err == GT_OK && line < number; line++)
            gt_buf_putc(csv, '\n');
        if (err == GT_OK)
            err = put_row(book, row, csv);
    }
    return err == GT_OK ? gt_buf_err(csv) : err;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

bool gt_book_is(const char *data, size_t len)
{
    return len >= 4 && memcmp(data, "PK\x03\x04", 4) == 0;
}

static enum gt_err open_zip(const char *data, size_t len, zip_t **zip)
{
    zip_error_t why;

    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(data, len, 0, &why);
    *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    if (source && !*zip)
        zip_source_free(source);
    zip_error_fini(&why);
    return *zip ? GT_OK : no_book("the archive is damaged");
}

enum gt_err gt_book_csv(const char *data, size_t len, struct gt_buf *csv)
{
    struct book book = {.zip = NULL};
    char name[PATH_MOST];
    xmlDocPtr sheet = NULL;
    enum gt_err err = open_zip(data, len, &book.zip);

    if (err == GT_OK)
        err = find_sheet(book.zip, name);
    if (err == GT_OK)
        err = load_shared(&book);
    if (err == GT_OK)
        err = read_part(book.zip, name, &sheet);
    if (err == GT_OK)
        err = sheet ? put_sheet(&book, sheet, csv) : no_book("its sheet is not there");
    xmlFreeDoc(sheet);
    xmlFreeDoc(book.texts);
    free(book.shared);
    if (book.zip)
        zip_discard(book.zip);
    return err;
}
