/* Reading workbooks: cells of every kind, and files that are none or would be too much. */
#include "unit.h"

#include "base/book.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define TIES "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char workbook[] = "<workbook xmlns='" MAIN "' xmlns:r='" TIES
                               "'><sheets><sheet name='1' sheetId='1' r:id='rId7'/>"
                               "<sheet name='2' sheetId='2' r:id='rId8'/></sheets></workbook>";
static const char relations[] =
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='rId8' Target='worksheets/other.xml'/>"
    "<Relationship Id='rId7' Target='worksheets/first.xml'/></Relationships>";

static void add(zip_t *zip, const char *name, const char *text, size_t len)
{
    assert_true(zip_file_add(zip, name, zip_source_buffer(zip, text, len, 0), 0) >= 0);
}

/* A workbook in memory, to be freed. */
static char *make(const char *sheet, size_t sheet_len, const char *shared, size_t *len)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &why);
    zip_t *zip = zip_open_from_source(out, ZIP_TRUNCATE, &why);

    zip_source_keep(out);
    add(zip, "xl/workbook.xml", workbook, strlen(workbook));
    add(zip, "xl/_rels/workbook.xml.rels", relations, strlen(relations));
    add(zip, "xl/worksheets/other.xml", "<worksheet/>", 12);
    add(zip, "xl/worksheets/first.xml", sheet, sheet_len);
    if (shared)
        add(zip, "xl/sharedStrings.xml", shared, strlen(shared));
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(out), 0);
    assert_int_equal(zip_source_seek(out, 0, SEEK_END), 0);
    *len = (size_t)zip_source_tell(out);
    assert_int_equal(zip_source_seek(out, 0, SEEK_SET), 0);
    char *data = malloc(*len);
    assert_int_equal(zip_source_read(out, data, *len), (int)*len);
    zip_source_close(out);
    zip_source_free(out);
    return data;
}

static enum gt_err read_rows(const char *rows, const char *shared, struct gt_buf *csv)
{
    char sheet[4000];
    size_t len;
    int n = snprintf(sheet, sizeof sheet,
                     "<worksheet xmlns='" MAIN "'><sheetData>%s</sheetData></worksheet>", rows);
    char *data = make(sheet, (size_t)n, shared, &len);

    assert_true(gt_book_is(data, len));
    gt_buf_init(csv, 100000);
    enum gt_err err = gt_book_csv(data, len, csv);
    free(data);
    return err;
}

static void cells_of_every_kind(void **state)
{
    struct gt_buf csv;

    (void)state;
    assert_ok(
        read_rows("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row>"
                  "<row r='3'><c r='A3' t='inlineStr'><is><t>a \"b\", c</t></is></c><c "
                  "r='B3'><v>900011</v></c>"
                  "<c r='C3'><v>2000.1000000000001</v></c><c r='D3' s='4'/><c r='E3' "
                  "t='str'><v>x</v></c></row>"
                  "<row><c><v>1E3</v></c><c t='b'><v>1</v></c></row><row r='5'><c r='B5'/></row>",
                  "<sst xmlns='" MAIN "'><si><t>类别</t></si>"
                  "<si><r><t>编</t></r><r><t>码</t></r><rPh><t>bianma</t></rPh></si></sst>",
                  &csv));
    assert_string_equal(csv.data,
                        "\"类别\",,\"编码\"\n\n\"a \"\"b\"\", c\",\"900011\",\"2000.1\",,\"x\"\n"
                        "\"1000\",\"1\"\n\n");
    gt_buf_done(&csv);
}

static void what_is_no_workbook_is_refused(void **state)
{
    static const char *const wrong[] = {
        "<row r='2'/><row r='2'/>",
        "<row r='x'/>",
        "<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>",
        "<row r='1'><c r='A1' t='s'><v>7</v></c></row>",
        "<row r='1'><c r='A1' t='s'><v>-1</v></c></row>",
        "<row r='1'>",
    };
    struct gt_buf csv;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_err(GT_ERR_SYNTAX, read_rows(wrong[i], NULL, &csv));
        gt_buf_done(&csv);
    }
    gt_buf_init(&csv, 1000);
    assert_err(GT_ERR_SYNTAX, gt_book_csv("PK\x03\x04 and no more", 18, &csv));
    assert_err(GT_ERR_SYNTAX, gt_book_csv("", 0, &csv));
    gt_buf_done(&csv);
}

/* A cut or a flipped byte anywhere is an error or a text, never anything else. */
static void damage_is_survived(void **state)
{
    size_t len;
    static const char sheet[] =
        "<worksheet xmlns='" MAIN "'><sheetData><row r='1'><c r='A1'><v>1</v>"
        "</c></row></sheetData></worksheet>";
    char *data = make(sheet, sizeof sheet - 1, NULL, &len);

    (void)state;
    for (size_t i = 0; i < len; i++) {
        struct gt_buf csv;

        gt_buf_init(&csv, 1000);
        assert_true(gt_book_csv(data, i, &csv) != GT_OK);
        gt_buf_reset(&csv);
        data[i] ^= 0x41;
        (void)!gt_book_csv(data, len, &csv);
        data[i] ^= 0x41;
        gt_buf_done(&csv);
    }
    free(data);
}

static void what_would_grow_too_much_is_refused(void **state)
{
    size_t size = 64 * 1024 * 1024, len;
    char *blanks = malloc(size);
    struct gt_buf csv;

    (void)state;
    memset(blanks, ' ', size);
    char *data = make(blanks, size, NULL, &len);
    assert_true(len < 100000);
    gt_buf_init(&csv, 1000);
    assert_err(GT_ERR_TOOBIG, gt_book_csv(data, len, &csv));
    gt_buf_done(&csv);
    free(data);
    free(blanks);
    assert_err(GT_ERR_TOOBIG, read_rows("<row r='20001'/>", NULL, &csv));
    gt_buf_done(&csv);
    assert_err(GT_ERR_TOOBIG, read_rows("<row r='1'><c r='AG1'><v>1</v></c></row>", NULL, &csv));
    gt_buf_done(&csv);
}

static int start(void **state)
{
    (void)state;
    gt_xml_start();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    gt_xml_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_every_kind),
        cmocka_unit_test(what_is_no_workbook_is_refused),
        cmocka_unit_test(damage_is_survived),
        cmocka_unit_test(what_would_grow_too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
