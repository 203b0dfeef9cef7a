/*
 * XML: what is refused, what the schema says about mistakes, how values are taken out.
 */
#include "base/xml.h"
#include "unit.h"

#include <pthread.h>

static const char schema_text[] =
    "<?xml version='1.0'?>"
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:unit'"
    "  xmlns='urn:unit' elementFormDefault='qualified'>"
    "<xs:simpleType name='money'><xs:restriction base='xs:string'>"
    "  <xs:pattern value='[0-9]{1,9}(\\.[0-9]{1,2})?'/></xs:restriction></xs:simpleType>"
    "<xs:element name='Pay'><xs:complexType><xs:sequence>"
    "  <xs:element name='Customer' type='xs:string'/>"
    "  <xs:element name='Amount' type='money'/>"
    "  <xs:element name='Count' type='xs:int' minOccurs='0'/>"
    "</xs:sequence><xs:attribute name='kind' type='xs:int'/></xs:complexType></xs:element>"
    "</xs:schema>";

static xmlDocPtr parse(const char *text)
{
    xmlDocPtr doc = NULL;
    assert_ok(gt_xml_parse(text, strlen(text), &doc));
    assert_non_null(doc);
    return doc;
}

static void refused(enum gt_err expected, const char *text, const char *reason)
{
    xmlDocPtr doc = NULL;
    assert_err(expected, gt_xml_parse(text, strlen(text), &doc));
    assert_null(doc);
    assert_holds(gt_err_text(), reason);
}

static void document_types_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>",
        "<!DOCTYPE a [<!ENTITY a '1'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>",
        "<?xml version='1.0'?>\n<!-- x --><!DOCTYPE a PUBLIC 'p' 's' []><a/>",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refused(GT_ERR_SYNTAX, cases[i], "a DTD is not allowed");
}

static void only_the_five_entities_are_known(void **state)
{
    (void)state;
    char text[32];
    refused(GT_ERR_SYNTAX, "<a>&nbsp;</a>", "line 1: Entity 'nbsp' not defined");
    xmlDocPtr doc = parse("<a>&lt;&gt;&amp;&quot;&apos;&#20013;</a>");
    assert_ok(gt_xml_text(xmlDocGetRootElement(doc), text, sizeof text));
    assert_string_equal(text, "<>&\"'中");
    xmlFreeDoc(doc);
}

static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;
    refused(GT_ERR_SYNTAX, "<a>\n<b>\n</a>", "line 3: Opening and ending tag mismatch");
    refused(GT_ERR_SYNTAX, "", "empty");
    refused(GT_ERR_SYNTAX, "   ", "line 1");
    refused(GT_ERR_SYNTAX, "<a/>x", "Extra content");
    refused(GT_ERR_SYNTAX, "<a x='1' x='2'/>", "line 1");
    refused(GT_ERR_SYNTAX, "<p:a/>", "Namespace prefix p");
    refused(GT_ERR_SYNTAX, "<a>&#1;</a>", "line 1");
    refused(GT_ERR_SYNTAX, "<a", "line 1");
}

static void other_encodings_are_refused(void **state)
{
    (void)state;
    xmlDocPtr doc = NULL;
    refused(GT_ERR_SYNTAX, "<?xml version='1.0' encoding='GBK'?><a>中</a>", "encoding GBK");
    refused(GT_ERR_SYNTAX, "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "ISO-8859-1");
    refused(GT_ERR_SYNTAX, "<?xml version='1.0' encoding='UTF-16'?><a/>", "UTF-16");
    refused(GT_ERR_SYNTAX, "<?xml version='1.0' encoding='bogus'?><a/>", "bogus");
    refused(GT_ERR_UTF8, "<a>\n\xD6\xD0</a>", "line 2: not UTF-8");
    assert_err(GT_ERR_UTF8, gt_xml_parse("<a>\0</a>", 8, &doc));
    assert_err(GT_ERR_UTF8, gt_xml_parse("\xFF\xFE<\0a\0/\0>\0", 10, &doc));
    assert_null(doc);
    xmlFreeDoc(parse("<?xml version='1.0' encoding='utf-8'?><a>中</a>"));
    xmlFreeDoc(parse("\xEF\xBB\xBF<a>中</a>"));
}

/* A document of nested elements, `depth` of them. */
static char *nested(size_t depth)
{
    struct gt_buf b;
    gt_buf_init(&b, 1 << 20);
    for (size_t i = 0; i < depth; i++)
        gt_buf_puts(&b, "<a>");
    for (size_t i = 0; i < depth; i++)
        gt_buf_puts(&b, "</a>");
    assert_ok(gt_buf_err(&b));
    return b.data;
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char *deepest = nested(GT_XML_DEPTH_MAX);
    char *deeper = nested(GT_XML_DEPTH_MAX + 1);
    char *deep = nested(20000);
    xmlFreeDoc(parse(deepest));
    refused(GT_ERR_TOOBIG, deeper, "more than 64 deep");
    refused(GT_ERR_TOOBIG, deep, "more than 64 deep");
    free(deepest);
    free(deeper);
    free(deep);
    /* Neighbours are not depth. */
    struct gt_buf b;
    gt_buf_init(&b, 1 << 20);
    gt_buf_puts(&b, "<a>");
    for (int i = 0; i < 1000; i++)
        gt_buf_puts(&b, "<b/>");
    gt_buf_puts(&b, "</a>");
    xmlFreeDoc(parse(b.data));
    gt_buf_done(&b);
}

static void nothing_is_written_to_standard_error(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX + 8];
    (void)snprintf(path, sizeof path, "%s/err", unit_folder(folder));
    int kept = dup(STDERR_FILENO);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && fd >= 0);
    (void)fflush(stderr);
    assert_true(dup2(fd, STDERR_FILENO) >= 0);
    xmlDocPtr doc = NULL;
    struct gt_xml_schema *schema = NULL;
    enum gt_err broken = gt_xml_parse("<a><b></a>", 10, &doc);
    enum gt_err encoded =
        gt_xml_parse("<?xml version='1.0' encoding='GBK'?><a>\xE4\xB8\xAD</a>", 46, &doc);
    enum gt_err no_schema = gt_xml_schema_load("/nonexistent.xsd", &schema);
    enum gt_err bad_schema = gt_xml_schema_load("/dev/null", &schema);
    (void)fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    assert_int_equal(lseek(fd, 0, SEEK_END), 0);
    close(fd);
    unit_remove(folder);
    assert_int_equal(broken, GT_ERR_SYNTAX);
    assert_int_equal(encoded, GT_ERR_SYNTAX);
    assert_int_equal(no_schema, GT_ERR_ABSENT);
    assert_int_equal(bad_schema, GT_ERR_SYNTAX);
}

static void files_are_bounded(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX];
    xmlDocPtr doc = NULL;
    unit_write(unit_folder(folder), "a.xml", "<a>text</a>", path);
    assert_ok(gt_xml_load(path, 11, &doc));
    xmlFreeDoc(doc);
    doc = NULL;
    assert_err(GT_ERR_TOOBIG, gt_xml_load(path, 10, &doc));
    assert_err(GT_ERR_IO, gt_xml_load(folder, 100, &doc));
    unit_write(folder, "a.xml", "<a>\n<b/>", path);
    assert_err(GT_ERR_SYNTAX, gt_xml_load(path, 100, &doc));
    assert_holds(gt_err_text(), "a.xml: line 2");
    unit_remove(folder);
    assert_err(GT_ERR_ABSENT, gt_xml_load(path, 100, &doc));
    assert_null(doc);
}

static struct gt_xml_schema *load_schema(void)
{
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX];
    struct gt_xml_schema *schema = NULL;
    assert_ok(
        gt_xml_schema_load(unit_write(unit_folder(folder), "s.xsd", schema_text, path), &schema));
    unit_remove(folder);
    return schema;
}

static void schema_mistakes_read_like_sentences(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *says; /* NULL: nothing is wrong */
    } cases[] = {
        {"<Pay xmlns='urn:unit'><Customer>c</Customer><Amount>1.20</Amount></Pay>", NULL},
        {"<Pay xmlns='urn:unit'>\n<Customer>c</Customer>\n<Amount>12.345</Amount></Pay>",
         "line 3, Amount: '12.345' is not accepted by the pattern '[0-9]{1,9}(\\.[0-9]{1,2})?'."},
        {"<Pay xmlns='urn:unit'><Amount>1</Amount></Pay>",
         "line 1, Amount: This element is not expected. Expected is ( Customer )."},
        {"<Pay xmlns='urn:unit'><Customer/><Amount>1</Amount><Count>x</Count></Pay>",
         "line 1, Count: 'x' is not a valid value of the atomic type 'xs:int'."},
        {"<Pay xmlns='urn:unit' kind='x'><Customer/><Amount>1</Amount></Pay>",
         "line 1, Pay, attribute 'kind': 'x' is not a valid value of the atomic type 'xs:int'."},
        {"<Pay><Customer/><Amount>1</Amount></Pay>", "line 1, Pay: No matching global"},
    };
    struct gt_xml_schema *schema = load_schema();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xmlDocPtr doc = parse(cases[i].body);
        gt_err_clear();
        assert_err(cases[i].says ? GT_ERR_SYNTAX : GT_OK,
                   gt_xml_schema_check(schema, xmlDocGetRootElement(doc)));
        assert_holds(gt_err_text(), cases[i].says ? cases[i].says : "");
        assert_null(strstr(gt_err_text(), "urn:unit"));
        xmlFreeDoc(doc);
    }
    gt_xml_schema_free(schema);
    gt_xml_schema_free(NULL);
}

static void an_element_inside_a_document_can_be_checked(void **state)
{
    (void)state;
    struct gt_xml_schema *schema = load_schema();
    xmlDocPtr doc = parse("<e:Env xmlns:e='urn:env'><e:Body>\n<Pay xmlns='urn:unit'>"
                          "<Customer>c</Customer><Amount>x</Amount></Pay></e:Body></e:Env>");
    xmlNodePtr pay = gt_xml_path(xmlDocGetRootElement(doc), "Body/Pay");
    assert_non_null(pay);
    assert_err(GT_ERR_SYNTAX, gt_xml_schema_check(schema, pay));
    assert_holds(gt_err_text(), "line 2, Amount: 'x' is not accepted");
    xmlFreeDoc(doc);
    gt_xml_schema_free(schema);
}

/* Each thread checks wrong documents of its own and must read its own mistakes. */
static void *check_many(void *arg)
{
    const struct gt_xml_schema *schema = arg;
    for (int i = 0; i < 300; i++) {
        char text[256];
        char says[64];
        xmlDocPtr doc = NULL;
        int mine = (int)((uintptr_t)pthread_self() / 4096 % 100000) + i;
        (void)snprintf(text, sizeof text,
                       "<Pay xmlns='urn:unit'><Customer/><Amount>x%d</Amount></Pay>", mine);
        (void)snprintf(says, sizeof says, "Amount: 'x%d' is not", mine);
        if (gt_xml_parse(text, strlen(text), &doc) != GT_OK)
            return "not parsed";
        enum gt_err err = gt_xml_schema_check(schema, xmlDocGetRootElement(doc));
        xmlFreeDoc(doc);
        if (err != GT_ERR_SYNTAX || !strstr(gt_err_text(), says))
            return "another thread's mistake";
        if (gt_xml_parse("<a>\n</b>", 8, &doc) != GT_ERR_SYNTAX || !strstr(gt_err_text(), "line 2"))
            return "a broken document";
    }
    return NULL;
}

static void threads_share_a_schema_but_no_errors(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct gt_xml_schema *schema = load_schema();
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, check_many, schema), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    gt_xml_schema_free(schema);
}

static void elements_are_found_by_local_name(void **state)
{
    (void)state;
    char text[16];
    xmlDocPtr doc = parse("<r xmlns='urn:a' xmlns:b='urn:b'><x>1</x>t<b:y/><!-- --><x>2</x>"
                          "<z><x>3</x></z></r>");
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlNodePtr x = gt_xml_child(root, "x");
    assert_true(gt_xml_is(root, "urn:a", "r"));
    assert_false(gt_xml_is(root, "urn:b", "r"));
    assert_false(gt_xml_is(root, "urn:a", "x"));
    assert_true(gt_xml_is(gt_xml_child(root, "y"), "urn:b", "y"));
    assert_ok(gt_xml_text(x, text, sizeof text));
    assert_string_equal(text, "1");
    x = gt_xml_next(x);
    assert_ok(gt_xml_text(x, text, sizeof text));
    assert_string_equal(text, "2");
    assert_null(gt_xml_next(x));
    assert_ok(gt_xml_text(gt_xml_path(root, "z/x"), text, sizeof text));
    assert_string_equal(text, "3");
    assert_null(gt_xml_child(root, "w"));
    assert_null(gt_xml_path(root, "z/w"));
    assert_null(gt_xml_path(root, "w/x"));
    assert_ptr_equal(gt_xml_path(root, ""), root);
    xmlFreeDoc(doc);
}

static void texts_are_trimmed_and_bounded(void **state)
{
    (void)state;
    char text[8] = "zzz";
    xmlDocPtr doc = parse("<r a=' v ' long='123456789'><x>\n  in side\t</x><y>12345678</y>"
                          "<e/><w>1234567          </w><c>a<![CDATA[<b]]>c</c></r>");
    xmlNodePtr root = xmlDocGetRootElement(doc);
    assert_ok(gt_xml_child_text(root, "x", text, sizeof text));
    assert_string_equal(text, "in side");
    assert_err(GT_ERR_TOOBIG, gt_xml_child_text(root, "y", text, sizeof text));
    assert_holds(gt_err_text(), "y: ");
    assert_ok(gt_xml_child_text(root, "w", text, sizeof text));
    assert_string_equal(text, "1234567");
    assert_ok(gt_xml_child_text(root, "c", text, sizeof text));
    assert_string_equal(text, "a<bc");
    assert_ok(gt_xml_child_text(root, "e", text, sizeof text));
    assert_string_equal(text, "");
    assert_ok(gt_xml_child_text(root, "absent", text, sizeof text));
    assert_string_equal(text, "");
    assert_ok(gt_xml_text(NULL, text, sizeof text));
    assert_string_equal(text, "");
    assert_ok(gt_xml_attr(root, "a", text, sizeof text));
    assert_string_equal(text, "v");
    assert_ok(gt_xml_attr(root, "b", text, sizeof text));
    assert_string_equal(text, "");
    assert_err(GT_ERR_TOOBIG, gt_xml_attr(root, "long", text, sizeof text));
    xmlFreeDoc(doc);
}

static void numbers_are_read_or_left_alone(void **state)
{
    (void)state;
    int64_t n = 77;
    xmlDocPtr doc = parse("<r><n> 42 </n><m>12.30</m><bad>4x</bad><e/>"
                          "<huge>99999999999999999999</huge></r>");
    xmlNodePtr root = xmlDocGetRootElement(doc);
    assert_ok(gt_xml_child_int(root, "absent", &n));
    assert_ok(gt_xml_child_money(root, "e", &n));
    assert_true(n == 77);
    assert_ok(gt_xml_child_int(root, "n", &n));
    assert_true(n == 42);
    assert_ok(gt_xml_child_money(root, "m", &n));
    assert_true(n == 1230);
    assert_err(GT_ERR_SYNTAX, gt_xml_child_int(root, "bad", &n));
    assert_holds(gt_err_text(), "bad: '4x'");
    assert_err(GT_ERR_RANGE, gt_xml_child_int(root, "huge", &n));
    assert_err(GT_ERR_RANGE, gt_xml_child_money(root, "huge", &n));
    assert_true(n == 1230);
    xmlFreeDoc(doc);
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
        cmocka_unit_test(document_types_are_refused),
        cmocka_unit_test(only_the_five_entities_are_known),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(other_encodings_are_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(nothing_is_written_to_standard_error),
        cmocka_unit_test(files_are_bounded),
        cmocka_unit_test(schema_mistakes_read_like_sentences),
        cmocka_unit_test(an_element_inside_a_document_can_be_checked),
        cmocka_unit_test(threads_share_a_schema_but_no_errors),
        cmocka_unit_test(elements_are_found_by_local_name),
        cmocka_unit_test(texts_are_trimmed_and_bounded),
        cmocka_unit_test(numbers_are_read_or_left_alone),
    };
    gt_xml_start();
    return cmocka_run_group_tests(tests, NULL, stop);
}
