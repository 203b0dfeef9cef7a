/*
 * Templates: escaping, bounds, includes, failures.
 */
#include "base/template.h"
#include "unit.h"

#include <pthread.h>

static struct gt_tmpl_data *data;
static struct gt_buf out;

static int begin(void **state)
{
    (void)state;
    gt_buf_init(&out, 1 << 16);
    return gt_tmpl_data_new(&data) == GT_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    gt_tmpl_data_free(data);
    gt_buf_done(&out);
    return 0;
}

static void data_cannot_become_markup(void **state)
{
    (void)state;
    gt_tmpl_set(data, "Name", "<b a=\"x\">&'张三'</b>");
    assert_ok(gt_tmpl_render_text(data, "<p title=\"<?cs var:Name ?>\"/>", &out));
    assert_string_equal(out.data, "<p title=\"&lt;b a=&quot;x&quot;&gt;&amp;&#39;张三&#39;"
                                  "&lt;/b&gt;\"/>");
}

static void data_cannot_turn_escaping_off(void **state)
{
    (void)state;
    gt_tmpl_set(data, "Config.VarEscapeMode", "none");
    gt_tmpl_set(data, "A", "<");
    assert_ok(gt_tmpl_render_text(data, "<?cs var:A ?>", &out));
    assert_string_equal(out.data, "&lt;");
}

static void lists_and_numbers_are_rendered(void **state)
{
    (void)state;
    gt_tmpl_set_int(data, "Big", INT64_MAX);
    gt_tmpl_set_money(data, "Sum", -8640);
    for (size_t i = 0; i < 12; i++) {
        char text[8];
        (void)snprintf(text, sizeof text, "b%zu", i);
        gt_tmpl_set_item(data, "Bill", i, "Id", text);
    }
    assert_ok(gt_tmpl_render_text(data,
                                  "<?cs var:Big ?> <?cs var:Sum ?>"
                                  "<?cs each:b = Bill ?>,<?cs var:b.Id ?><?cs /each ?>"
                                  "<?cs if:None ?>no<?cs /if ?>",
                                  &out));
    assert_string_equal(out.data,
                        "9223372036854775807 -86.40,b0,b1,b2,b3,b4,b5,b6,b7,b8,b9,b10,b11");
}

static void output_is_appended_and_template_unchanged(void **state)
{
    (void)state;
    static const char text[] = "[<?cs var:A ?>]";
    gt_tmpl_set(data, "A", "1");
    gt_buf_puts(&out, "head ");
    assert_ok(gt_tmpl_render_text(data, text, &out));
    gt_tmpl_set(data, "A", "2");
    assert_ok(gt_tmpl_render_text(data, text, &out));
    assert_string_equal(out.data, "head [1][2]");
}

static void output_beyond_the_ceiling_is_refused(void **state)
{
    (void)state;
    gt_buf_done(&out);
    gt_buf_init(&out, 10);
    gt_tmpl_set(data, "A", "12345");
    assert_ok(gt_tmpl_render_text(data, "<?cs var:A ?><?cs var:A ?>", &out));
    assert_err(GT_ERR_TOOBIG, gt_tmpl_render_text(data, "<?cs var:A ?>", &out));
    gt_buf_reset(&out);
    assert_err(
        GT_ERR_TOOBIG,
        gt_tmpl_render_text(data, "<?cs loop:i = 1, 100000 ?><?cs var:A ?><?cs /loop ?>", &out));
    assert_holds(gt_err_text(), "longer than 10 bytes");
    assert_true(out.len <= 10);
}

static void text_includes_nothing(void **state)
{
    (void)state;
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_text(data, "<?cs include:'/etc/passwd' ?>", &out));
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_text(data, "<?cs linclude:'/etc/passwd' ?>", &out));
    gt_tmpl_set(data, "F", "/etc/passwd");
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_text(data, "<?cs include:F ?>", &out));
    assert_string_equal(out.data, "");
}

static void file_includes_only_what_is_beside_it(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX];
    unit_write(unit_folder(folder), "part.cst", "(<?cs var:A ?>)", path);
    unit_write(folder, "page.cst", "<i><?cs include:'part.cst' ?></i>", path);
    gt_tmpl_set(data, "A", "&");
    assert_ok(gt_tmpl_render_file(data, path, &out));
    assert_string_equal(out.data, "<i>(&amp;)</i>");
    unit_write(folder, "page.cst", "<?cs include:'../../etc/passwd' ?>", path);
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_file(data, path, &out));
    unit_write(folder, "page.cst", "<?cs include:'/etc/passwd' ?>", path);
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_file(data, path, &out));
    unit_write(folder, "page.cst", "<?cs include:'absent.cst' ?>", path);
    assert_err(GT_ERR_ABSENT, gt_tmpl_render_file(data, path, &out));
    unit_remove(folder);
    assert_err(GT_ERR_ABSENT, gt_tmpl_render_file(data, path, &out));
    assert_holds(gt_err_text(), "page.cst");
    assert_string_equal(out.data, "<i>(&amp;)</i>");
}

static void mistakes_in_a_template_are_told(void **state)
{
    (void)state;
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_text(data, "a\n<?cs nonsense:A ?>", &out));
    assert_holds(gt_err_text(), "nonsense");
    assert_err(GT_ERR_SYNTAX, gt_tmpl_render_text(data, "<?cs /if ?>", &out));
}

static void first_failed_set_is_told_when_rendering(void **state)
{
    (void)state;
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    gt_tmpl_set_item(data, "List", 0, name, "x");
    gt_tmpl_set(data, "A", "1");
    (void)gt_err_set(GT_ERR_IO, "another failure in between");
    assert_err(GT_ERR_TOOBIG, gt_tmpl_render_text(data, "<?cs var:A ?>", &out));
    assert_holds(gt_err_text(), "too long");
    assert_string_equal(out.data, "");
}

static void *render_many(void *arg)
{
    const char *mine = arg;
    for (int i = 0; i < 300; i++) {
        struct gt_tmpl_data *own = NULL;
        struct gt_buf b;
        gt_buf_init(&b, 1000);
        if (gt_tmpl_data_new(&own) != GT_OK)
            return "no data";
        gt_tmpl_set(own, "A", mine);
        enum gt_err err = gt_tmpl_render_text(own, "<?cs var:A ?><?cs var:html_escape(A) ?>", &b);
        int wrong = err != GT_OK || b.len < 2 || b.data[0] != mine[0];
        enum gt_err mistake = gt_tmpl_render_text(own, "<?cs /if ?>", &b);
        gt_tmpl_data_free(own);
        gt_buf_done(&b);
        if (wrong || mistake != GT_ERR_SYNTAX)
            return "wrong output";
    }
    return NULL;
}

static void threads_render_their_own(void **state)
{
    (void)state;
    static char names[4][8] = {"a1", "b2", "c3", "d4"};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_many, names[i]), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

static int start(void **state)
{
    (void)state;
    return gt_tmpl_start() == GT_OK && gt_tmpl_start() == GT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(data_cannot_become_markup),
        TEST(data_cannot_turn_escaping_off),
        TEST(lists_and_numbers_are_rendered),
        TEST(output_is_appended_and_template_unchanged),
        TEST(output_beyond_the_ceiling_is_refused),
        TEST(text_includes_nothing),
        TEST(file_includes_only_what_is_beside_it),
        TEST(mistakes_in_a_template_are_told),
        TEST(first_failed_set_is_told_when_rendering),
        TEST(threads_render_their_own),
#undef TEST
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
