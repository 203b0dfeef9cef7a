/* Reading CSV: cells as spreadsheets write them, and what is none. */
#include "unit.h"

#include "base/cells.h"

/* Reads a text whole: cells between bars, lines behind their numbers. */
static enum gt_err read_all(const char *text, char *out, size_t size)
{
    char copy[500], *cell[4];
    struct gt_cells cells;
    size_t n, len = 0;

    (void)snprintf(copy, sizeof copy, "%s", text);
    gt_cells_begin(&cells, copy);
    out[0] = '\0';
    for (;;) {
        enum gt_err err = gt_cells_next(&cells, cell, 4, &n);
        if (err != GT_OK || n == 0)
            return err;
        len += (size_t)snprintf(out + len, size - len, "%zu", cells.number);
        for (size_t i = 0; i < n; i++)
            len += (size_t)snprintf(out + len, size - len, "|%s", cell[i]);
        len += (size_t)snprintf(out + len, size - len, ";");
    }
}

static void lines_and_cells(void **state)
{
    static const struct {
        const char *text, *read;
    } cases[] = {
        {"", ""},
        {"\n\r\n", ""},
        {"a,b", "1|a|b;"},
        {"\xEF\xBB\xBF"
         "a,b\r\nc,d\r\n",
         "1|a|b;2|c|d;"},
        {"a,,\n,b,\n", "1|a||;2||b|;"},
        {"a\rb\r", "1|a;2|b;"},
        {" a b , c\t\n", "1|a b|c;"},
        {"a\n\n\nb\n", "1|a;4|b;"},
        {"\"a,b\",\"say \"\"so\"\"\"\n", "1|a,b|say \"so\";"},
        {"\"two\nlines\",b\nc\n", "1|two\nlines|b;3|c;"},
        {" \"a\" ,b\n", "1|a|b;"},
        {"\"\",\"\"\"\"\n", "1||\";"},
        {"a\"b,c\n", "1|a\"b|c;"},
    };
    char out[500];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_ok(read_all(cases[i].text, out, sizeof out));
        assert_string_equal(out, cases[i].read);
    }
}

static void what_is_no_csv_is_refused(void **state)
{
    char out[500];
    (void)state;
    assert_err(GT_ERR_SYNTAX, read_all("a\n\"b,c\nd", out, sizeof out));
    assert_holds(gt_err_text(), "line 2");
    assert_err(GT_ERR_SYNTAX, read_all("\"a\"b,c\n", out, sizeof out));
    assert_err(GT_ERR_SYNTAX, read_all("\"", out, sizeof out));
    assert_err(GT_ERR_SYNTAX, read_all("\"\"\"", out, sizeof out));
    assert_err(GT_ERR_TOOBIG, read_all("a,b,c,d,e\n", out, sizeof out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_cells),
        cmocka_unit_test(what_is_no_csv_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
