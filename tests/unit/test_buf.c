/*
 * The growing buffer, its escapes, and the context of failures.
 */
#include "base/buf.h"
#include "unit.h"

#include <pthread.h>

static void empty_buffer_is_an_empty_string(void **state)
{
    (void)state;
    struct gt_buf b;
    gt_buf_init(&b, 10);
    assert_string_equal(b.data, "");
    gt_buf_reset(&b);
    gt_buf_put(&b, "x", 0);
    assert_ok(gt_buf_err(&b));
    assert_int_equal(b.len, 0);
    gt_buf_done(&b);
    gt_buf_done(NULL);
}

static void appends_run_together_and_end_with_nul(void **state)
{
    (void)state;
    struct gt_buf b;
    gt_buf_init(&b, 1 << 20);
    for (int i = 0; i < 1000; i++) {
        gt_buf_puts(&b, "ab");
        gt_buf_putc(&b, 'c');
        gt_buf_printf(&b, "%03d", i);
    }
    assert_ok(gt_buf_err(&b));
    assert_int_equal(b.len, 6000);
    assert_int_equal(strlen(b.data), 6000);
    assert_string_equal(b.data + 5994, "abc999");
    gt_buf_reset(&b);
    gt_buf_printf(&b, "%0999d|%s", 7, "end");
    assert_int_equal(b.len, 1003);
    assert_string_equal(b.data + 998, "7|end");
    gt_buf_done(&b);
}

static void ceiling_stops_and_the_error_sticks(void **state)
{
    (void)state;
    struct gt_buf b;
    gt_buf_init(&b, 5);
    gt_buf_puts(&b, "12345");
    assert_ok(gt_buf_err(&b));
    gt_buf_putc(&b, '6');
    assert_err(GT_ERR_TOOBIG, gt_buf_err(&b));
    gt_buf_reset(&b);
    gt_buf_puts(&b, "1234");
    gt_buf_puts(&b, "56");
    gt_buf_puts(&b, "7");
    assert_err(GT_ERR_TOOBIG, gt_buf_err(&b));
    assert_string_equal(b.data, "1234");
    gt_buf_reset(&b);
    assert_ok(gt_buf_err(&b));
    gt_buf_printf(&b, "%300d", 1);
    assert_err(GT_ERR_TOOBIG, gt_buf_err(&b));
    assert_string_equal(b.data, "");
    gt_buf_done(&b);
}

static void xml_text_cannot_become_markup(void **state)
{
    (void)state;
    struct gt_buf b;
    gt_buf_init(&b, 1000);
    gt_buf_put_xml(&b, "<a b=\"c\" d='e'>&中文\t\n\r\x01\x7F\xFF\xEF\xBF\xBE");
    assert_string_equal(b.data, "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;中文\t\n&#13;"
                                "\uFFFD\x7F\uFFFD\uFFFD");
    gt_buf_done(&b);
}

static void json_text_keeps_its_quotes(void **state)
{
    (void)state;
    struct gt_buf b;
    gt_buf_init(&b, 1000);
    gt_buf_put_json(&b, "a\"b\\c\n\x01</script>中\xC0");
    assert_string_equal(b.data, "\"a\\\"b\\\\c\\u000a\\u0001\\u003c/script>中\uFFFD\"");
    gt_buf_done(&b);
}

static void reading_a_file_stops_at_the_ceiling(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX];
    unit_write(unit_folder(folder), "f", "0123456789", path);
    struct gt_buf b;
    gt_buf_init(&b, 10);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gt_buf_read(&b, fd);
    assert_ok(gt_buf_err(&b));
    assert_string_equal(b.data, "0123456789");
    gt_buf_done(&b);
    gt_buf_init(&b, 9);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    gt_buf_read(&b, fd);
    assert_err(GT_ERR_TOOBIG, gt_buf_err(&b));
    close(fd);
    gt_buf_reset(&b);
    gt_buf_read(&b, -1);
    assert_err(GT_ERR_IO, gt_buf_err(&b));
    gt_buf_done(&b);
    unit_remove(folder);
}

static void copies_are_whole_or_refused(void **state)
{
    (void)state;
    char out[4] = "zzz";
    assert_ok(gt_str_copy(out, sizeof out, "abc"));
    assert_string_equal(out, "abc");
    assert_err(GT_ERR_TOOBIG, gt_str_copy(out, sizeof out, "abcd"));
    assert_string_equal(out, "");
    assert_err(GT_ERR_TOOBIG, gt_str_copy(out, 0, ""));
}

static void context_grows_in_front(void **state)
{
    (void)state;
    gt_err_clear();
    assert_string_equal(gt_err_text(), "");
    assert_int_equal(gt_err_set(GT_ERR_IO, "cannot open %s", "f"), GT_ERR_IO);
    assert_int_equal(gt_err_add(GT_ERR_IO, "while %d", 1), GT_ERR_IO);
    assert_string_equal(gt_err_text(), "while 1: cannot open f");
    assert_int_equal(gt_err_add(GT_OK, "nothing"), GT_OK);
    assert_string_equal(gt_err_text(), "while 1: cannot open f");
    (void)gt_err_set(GT_ERR_IO, "again: %s", gt_err_text());
    assert_string_equal(gt_err_text(), "again: while 1: cannot open f");
    (void)gt_err_sys(GT_ERR_ABSENT, ENOENT, "file %s", "f");
    assert_string_equal(gt_err_text(), "file f: No such file or directory");
}

static void long_context_is_cut_not_overrun(void **state)
{
    (void)state;
    char text[2 * GT_ERR_TEXT_MAX];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)gt_err_set(GT_ERR_IO, "%s", text);
    assert_int_equal(strlen(gt_err_text()), GT_ERR_TEXT_MAX - 1);
    (void)gt_err_add(GT_ERR_IO, "front");
    assert_int_equal(strlen(gt_err_text()), GT_ERR_TEXT_MAX - 1);
    assert_memory_equal(gt_err_text(), "front: xxx", 10);
    (void)gt_err_add(GT_ERR_IO, "%s", text);
    assert_int_equal(strlen(gt_err_text()), GT_ERR_TEXT_MAX - 1);
}

static void *set_in_another_thread(void *arg)
{
    (void)gt_err_set(GT_ERR_IO, "of the other thread");
    return arg;
}

static void context_belongs_to_its_thread(void **state)
{
    (void)state;
    pthread_t thread;
    (void)gt_err_set(GT_ERR_IO, "mine");
    assert_int_equal(pthread_create(&thread, NULL, set_in_another_thread, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_string_equal(gt_err_text(), "mine");
}

static void every_failure_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < GT_ERR__MAX; i++) {
        assert_string_not_equal(gt_err_name((enum gt_err)i), "unknown");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(gt_err_name((enum gt_err)i), gt_err_name((enum gt_err)j));
    }
    assert_string_equal(gt_err_name(GT_ERR__MAX), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_buffer_is_an_empty_string),
        cmocka_unit_test(appends_run_together_and_end_with_nul),
        cmocka_unit_test(ceiling_stops_and_the_error_sticks),
        cmocka_unit_test(xml_text_cannot_become_markup),
        cmocka_unit_test(json_text_keeps_its_quotes),
        cmocka_unit_test(reading_a_file_stops_at_the_ceiling),
        cmocka_unit_test(copies_are_whole_or_refused),
        cmocka_unit_test(context_grows_in_front),
        cmocka_unit_test(long_context_is_cut_not_overrun),
        cmocka_unit_test(context_belongs_to_its_thread),
        cmocka_unit_test(every_failure_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
