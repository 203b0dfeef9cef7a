/* Lists as files: cells that need quotes, cells that spreadsheets would run, workbooks. */
#include "unit.h"

#include "kit/csv.h"
#include "kit/xlsx.h"

static const char *line_of(const char *text, struct gt_buf *out)
{
    gt_buf_reset(out);
    gt_csv_put(out, text, true);
    return out->data;
}

static void cells_are_quoted_where_they_must_be(void **state)
{
    struct gt_buf out;
    (void)state;
    gt_buf_init(&out, 1000);
    assert_string_equal(line_of("plain", &out), "plain\r\n");
    assert_string_equal(line_of("", &out), "\r\n");
    assert_string_equal(line_of("a,b", &out), "\"a,b\"\r\n");
    assert_string_equal(line_of("say \"so\"", &out), "\"say \"\"so\"\"\"\r\n");
    assert_string_equal(line_of("two\nlines", &out), "\"two\nlines\"\r\n");
    gt_buf_done(&out);
}

static void a_text_never_becomes_a_formula(void **state)
{
    struct gt_buf out;
    (void)state;
    gt_buf_init(&out, 1000);
    assert_string_equal(line_of("=1+1", &out), "'=1+1\r\n");
    assert_string_equal(line_of("@SUM(A1)", &out), "'@SUM(A1)\r\n");
    assert_string_equal(line_of("-cmd,x", &out), "\"'-cmd,x\"\r\n");
    assert_string_equal(line_of("+86", &out), "'+86\r\n");
    gt_buf_done(&out);
}

static void numbers_money_and_times(void **state)
{
    struct gt_buf out;
    (void)state;
    gt_buf_init(&out, 1000);
    gt_csv_put_int(&out, 202611220000000042, false);
    gt_csv_put_money(&out, -5, false);
    gt_csv_put_time(&out, 0, 480, false);
    gt_csv_put_time(&out, 1000, 480, true);
    assert_string_equal(out.data, "202611220000000042,-0.05,,1970-01-01 08:00:01\r\n");
    gt_buf_done(&out);
}

static void a_workbook_is_whole_and_leaves_no_file(void **state)
{
    struct gt_xlsx *xlsx;
    char bytes[4];
    (void)state;
    assert_ok(gt_xlsx_new(2, &xlsx));
    assert_ok(gt_xlsx_text(xlsx, 0, 0, "=1+1"));
    assert_ok(gt_xlsx_money(xlsx, 1, 1, -5));
    assert_err(GT_ERR_IO, gt_xlsx_text(xlsx, 0, 0, "a row that is written already"));
    assert_ok(gt_xlsx_end(xlsx));
    assert_int_equal(read(gt_xlsx_fd(xlsx), bytes, sizeof bytes), sizeof bytes);
    assert_memory_equal(bytes, "PK\003\004", sizeof bytes);
    struct stat st;
    assert_int_equal(fstat(gt_xlsx_fd(xlsx), &st), 0);
    assert_int_equal(st.st_nlink, 0);
    gt_xlsx_free(xlsx);
    assert_ok(gt_xlsx_new(2, &xlsx));
    gt_xlsx_free(xlsx); /* one that was not ended */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_quoted_where_they_must_be),
        cmocka_unit_test(a_text_never_becomes_a_formula),
        cmocka_unit_test(numbers_money_and_times),
        cmocka_unit_test(a_workbook_is_whole_and_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
