/*
 * doc/terminal.md says what the code does: result codes, examples, operations.
 */
#include "unit.h"

#include "base/buf.h"
#include "base/outcome.h"
#include "base/xml.h"
#include "terminal/call.h"
#include "terminal/envelope.h"

#define DOCUMENT_MAX 262144

static int read_document(void **state)
{
    static struct gt_buf text;
    char path[UNIT_PATH_MAX];
    int fd = open(unit_source("doc/terminal.md", path), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    gt_buf_init(&text, DOCUMENT_MAX);
    gt_buf_read(&text, fd);
    (void)close(fd);
    assert_ok(gt_buf_err(&text));
    *state = &text;
    return 0;
}

static int forget_document(void **state)
{
    gt_buf_done(*state);
    return 0;
}

static void result_codes_are_those_of_the_table(void **state)
{
    const char *text = ((struct gt_buf *)*state)->data;
    const char *from = strstr(text, "<!-- outcomes -->\n");
    const char *to = strstr(text, "\n<!-- end of outcomes -->");
    assert_non_null(from);
    assert_non_null(to);
    from = strchr(from, '\n') + 1;

    struct gt_buf want;
    gt_buf_init(&want, DOCUMENT_MAX);
    gt_buf_puts(&want, "| ResultCode | ResultClass | name | Chinese | English |\n"
                       "| --- | --- | --- | --- | --- |");
    const struct gt_outcome_info *info;
    for (size_t i = 0; (info = gt_outcome_at(i)) != NULL; i++)
        gt_buf_printf(&want, "\n| %d | %s | %s | %s | %s |", (int)info->number,
                      gt_class_name(info->class), info->name, info->zh, info->en);
    assert_ok(gt_buf_err(&want));
    if (want.len != (size_t)(to - from) || memcmp(want.data, from, want.len) != 0)
        fail_msg("doc/terminal.md: put the output of `gridtill outcomes` between the marks");
    gt_buf_done(&want);
}

static void examples_are_as_the_schema_wants_them(void **state)
{
    static const char mark[] = " xmlns=\"" GT_TERMINAL_NS "\">\n";
    const char *at = ((struct gt_buf *)*state)->data;
    struct gt_xml_schema *schema;
    char path[UNIT_PATH_MAX];
    int examples = 0;
    assert_ok(gt_xml_schema_load(unit_source("conf/terminal/terminal.xsd", path), &schema));
    while ((at = strstr(at, mark)) != NULL) {
        const char *from = at;
        while (*from != '<')
            from--;
        char end[64];
        (void)snprintf(end, sizeof end, "</%.*s>", (int)(at - from - 1), from + 1);
        const char *to = strstr(at, end);
        assert_non_null(to);
        xmlDocPtr doc;
        assert_ok(gt_xml_parse(from, (size_t)(to - from) + strlen(end), &doc));
        assert_ok(gt_xml_schema_check(schema, xmlDocGetRootElement(doc)));
        xmlFreeDoc(doc);
        examples++;
        at = to;
    }
    gt_xml_schema_free(schema);
    assert_int_equal(examples, 20); /* each operation, and one answer */
}

static void every_fault_code_is_told(void **state)
{
    const char *text = ((struct gt_buf *)*state)->data;
    for (int i = 0; i < GT_FAULT__MAX; i++)
        assert_holds(text, gt_fault_name((enum gt_fault_code)i));
}

/* The schema, the WSDL and the table of operations name the same. */
static void schema_and_wsdl_have_every_operation(void **state)
{
    (void)state;
    static const char *const files[] = {"conf/terminal/terminal.xsd",
                                        "conf/terminal/terminal.wsdl"};
    static const char *const paths[] = {"element", "portType/operation"};
    for (size_t i = 0; i < 2; i++) {
        char path[UNIT_PATH_MAX], name[64];
        xmlDocPtr doc;
        int found = 0;
        assert_ok(gt_xml_load(unit_source(files[i], path), DOCUMENT_MAX, &doc));
        xmlNodePtr node = gt_xml_path(xmlDocGetRootElement(doc), paths[i]);
        for (; node; node = gt_xml_next(node)) {
            assert_ok(gt_xml_attr(node, "name", name, sizeof name));
            if (strstr(name, "Response") || strcmp(name, "FaultDetail") == 0)
                continue;
            if (!gt_operation_find(name))
                fail_msg("%s: there is no operation %s", files[i], name);
            found++;
        }
        assert_int_equal(found, 19);
        xmlFreeDoc(doc);
    }
}

#define DOCUMENT_TEST(name) cmocka_unit_test_setup_teardown(name, read_document, forget_document)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DOCUMENT_TEST(result_codes_are_those_of_the_table),
        DOCUMENT_TEST(examples_are_as_the_schema_wants_them),
        DOCUMENT_TEST(every_fault_code_is_told),
        cmocka_unit_test(schema_and_wsdl_have_every_operation),
    };
    gt_xml_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gt_xml_stop();
    return failed;
}
