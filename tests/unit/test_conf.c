/*
 * gridtill.xml: defaults, paths, and how mistakes are told.
 */
#include "base/conf.h"
#include "base/text.h"
#include "base/xml.h"
#include "unit.h"

#define SYSTEM "<system name='sg186' definition='m/sg186.xml' url='http://127.0.0.1:1/x'/>"
#define LEAST  "<store path='till.db'/><paths keys='keys'/><marketing>" SYSTEM "</marketing>"

static char folder[UNIT_PATH_MAX];
static char schema[UNIT_PATH_MAX];

/* Loads a configuration whose root element holds `body`. */
static enum gt_err load(const char *body, struct gt_conf *conf)
{
    char text[8192];
    char path[UNIT_PATH_MAX];
    (void)snprintf(text, sizeof text, "<gridtill>\n%s\n</gridtill>\n", body);
    return gt_conf_load(unit_write(folder, "gridtill.xml", text, path), schema, conf);
}

static void the_least_configuration_has_all_defaults(void **state)
{
    (void)state;
    struct gt_conf c;
    char expected[UNIT_PATH_MAX + 16];
    assert_ok(load(LEAST, &c));
    (void)snprintf(expected, sizeof expected, "%s/till.db", folder);
    assert_string_equal(c.store, expected);
    (void)snprintf(expected, sizeof expected, "%s/m/sg186.xml", folder);
    assert_string_equal(c.marketing[0].definition, expected);
    assert_int_equal(c.nmarketing, 1);
    assert_string_equal(c.marketing[0].name, "sg186");
    assert_string_equal(c.marketing[0].url, "http://127.0.0.1:1/x");
    assert_int_equal(c.readers, 8);
    assert_string_equal(c.log, "");
    assert_int_equal(c.log_level, GT_LOG_INFO);
    assert_int_equal(c.tz_minutes, 480);
    assert_string_equal(c.bureau, "供电公司");
    assert_int_equal(c.threads, 256);
    assert_int_equal(c.body_max, 65536);
    assert_int_equal(c.answer_ms, 8000);
    assert_int_equal(c.fresh_ms, 300000);
    assert_string_equal(c.console_socket, "/run/gridtill/console.sock");
    assert_int_equal(c.console_threads, 32);
    assert_int_equal(c.poll_ms, 1000);
    assert_int_equal(c.retry_ms, 5000);
    assert_int_equal(c.sql[0], '/');
    assert_int_equal(c.templates[0], '/');
    assert_int_equal(c.contract[0], '/');
    assert_string_equal(c.statements, "/var/lib/gridtill/statements");
    assert_string_equal(c.reports, "/var/lib/gridtill/reports");
    assert_string_equal(c.marketing[0].statement_url, "");
}

static void every_value_is_read(void **state)
{
    (void)state;
    struct gt_conf c;
    char expected[UNIT_PATH_MAX + 16];
    assert_ok(load("<platform bureau='国网甲供电公司' timezone='-03:30'/>"
                   "<store path='/s/till.db' readers='3'/>"
                   "<paths keys='/k' sql='sql' templates='/t' contract='/c' statements='day'/>"
                   "<log folder='/l' level='warn'/>"
                   "<terminal socket='/r/t.sock' threads='16' body-max='8192' answer-ms='7000'"
                   " fresh-ms='60000'/>"
                   "<console socket='/r/c.sock' threads='7'/>"
                   "<worker poll-ms='200' retry-ms='300'/>"
                   "<marketing>" SYSTEM
                   "<system name='a8' definition='/d/a8.xml' url='https://a8.example/pay'"
                   " statement-url='sftp://gridtill@a8.example/out' statement-key='/k/id'"
                   " statement-hosts='hosts'/>"
                   "</marketing>",
                   &c));
    (void)snprintf(expected, sizeof expected, "%s/sql", folder);
    assert_string_equal(c.sql, expected);
    assert_string_equal(c.bureau, "国网甲供电公司");
    assert_int_equal(c.tz_minutes, -210);
    assert_string_equal(c.store, "/s/till.db");
    assert_int_equal(c.readers, 3);
    assert_string_equal(c.keys, "/k");
    assert_string_equal(c.templates, "/t");
    assert_string_equal(c.contract, "/c");
    (void)snprintf(expected, sizeof expected, "%s/day", folder);
    assert_string_equal(c.statements, expected);
    (void)snprintf(expected, sizeof expected, "%s/hosts", folder);
    assert_string_equal(c.marketing[1].statement_url, "sftp://gridtill@a8.example/out");
    assert_string_equal(c.marketing[1].statement_key, "/k/id");
    assert_string_equal(c.marketing[1].statement_hosts, expected);
    assert_string_equal(c.log, "/l");
    assert_int_equal(c.log_level, GT_LOG_WARN);
    assert_string_equal(c.socket, "/r/t.sock");
    assert_int_equal(c.threads, 16);
    assert_int_equal(c.body_max, 8192);
    assert_int_equal(c.answer_ms, 7000);
    assert_int_equal(c.fresh_ms, 60000);
    assert_string_equal(c.console_socket, "/r/c.sock");
    assert_int_equal(c.console_threads, 7);
    assert_int_equal(c.poll_ms, 200);
    assert_int_equal(c.retry_ms, 300);
    assert_int_equal(c.nmarketing, 2);
    assert_string_equal(c.marketing[1].name, "a8");
    assert_string_equal(c.marketing[1].definition, "/d/a8.xml");
    assert_string_equal(c.marketing[1].url, "https://a8.example/pay");
}

static void mistakes_are_refused_with_line_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *says;
    } cases[] = {
        {"", "line 1, gridtill: "},
        {"<paths keys='k'/><marketing>" SYSTEM "</marketing>", "line 2, paths: "},
        {"<store path='x'/><paths keys='k'/>", "Expected is"},
        {"<store path='x'/><paths keys='k'/><marketing/>", "line 2, marketing: "},
        {"<store/><paths keys='k'/><marketing>" SYSTEM "</marketing>", "'path' is required"},
        {"<store path='x'/><paths/><marketing>" SYSTEM "</marketing>", "'keys' is required"},
        {"\n<log level='loud'/>" LEAST, "line 3, log: "},
        {"<platform timezone='8'/>" LEAST, "platform, attribute 'timezone': '8' is not accepted"},
        {"<platform timezone='+25:00'/>" LEAST, "timezone"},
        {"<platform bureau=''/>" LEAST, "bureau"},
        {"<store path='x' readers='0'/><paths keys='k'/><marketing>" SYSTEM "</marketing>",
         "readers"},
        {"<store path='x'/><paths keys='k'/><terminal threads='many'/><marketing>" SYSTEM
         "</marketing>",
         "terminal, attribute 'threads': 'many' is not"},
        {"<store path='x'/><paths keys='k'/><terminal tread='1'/><marketing>" SYSTEM "</marketing>",
         "tread"},
        {"<store path='x'/><paths keys='k'/><marketing>" SYSTEM SYSTEM "</marketing>",
         "line 2, system: Duplicate key-sequence ['sg186']"},
        {"<store path='x'/><paths keys='k'/><marketing><system name='SG' definition='d' "
         "url='http://x/'/></marketing>",
         "'SG' is not accepted"},
        {"<store path='x'/><paths keys='k'/><marketing><system name='s' definition='d' "
         "url='ftp://x/'/></marketing>",
         "'ftp://x/' is not accepted"},
        {"<store path='x'>", "line 3: "},
        {"<!DOCTYPE x>", "line 2"},
    };
    struct gt_conf c = {.readers = 77};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_err(GT_ERR_CONFIG, load(cases[i].body, &c));
        assert_holds(gt_err_text(), cases[i].says);
        assert_holds(gt_err_text(), "gridtill.xml");
    }
    assert_int_equal(c.readers, 77);
}

static void more_systems_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    struct gt_conf c;
    char body[4096] = "<store path='x'/><paths keys='k'/><marketing>";
    size_t n = strlen(body);
    for (int i = 0; i <= GT_MARKETING_MAX; i++)
        n += (size_t)snprintf(body + n, sizeof body - n,
                              "<system name='s%d' definition='d' url='http://x/'/>", i);
    (void)snprintf(body + n, sizeof body - n, "</marketing>");
    assert_err(GT_ERR_CONFIG, load(body, &c));
}

static void absent_file_or_schema_is_told(void **state)
{
    (void)state;
    struct gt_conf c;
    char path[UNIT_PATH_MAX];
    assert_err(GT_ERR_ABSENT, gt_conf_load("/nonexistent/gridtill.xml", schema, &c));
    unit_write(folder, "gridtill.xml", "<gridtill>" LEAST "</gridtill>", path);
    assert_err(GT_ERR_CONFIG, gt_conf_load(path, "/nonexistent/gridtill.xsd", &c));
    assert_holds(gt_err_text(), "/nonexistent/gridtill.xsd");
}

static void schema_beside_the_file_is_used(void **state)
{
    (void)state;
    struct gt_conf c;
    char path[UNIT_PATH_MAX];
    char beside[UNIT_PATH_MAX];
    unit_write(folder, "gridtill.xsd",
               "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
               "<xs:element name='other'/></xs:schema>",
               beside);
    unit_write(folder, "gridtill.xml", "<gridtill>" LEAST "</gridtill>", path);
    assert_err(GT_ERR_CONFIG, gt_conf_load(path, NULL, &c));
    assert_holds(gt_err_text(), "No matching global declaration");
    assert_ok(gt_conf_load(path, schema, &c));
    assert_int_equal(unlink(beside), 0);
}

static void the_example_is_valid(void **state)
{
    (void)state;
    struct gt_conf c;
    char path[UNIT_PATH_MAX];
    assert_ok(gt_conf_load(unit_source("conf/gridtill.xml", path), NULL, &c));
    assert_string_equal(c.store, "/var/lib/gridtill/gridtill.db");
    assert_string_equal(c.marketing[0].name, "sg186");
}

/* The value of attribute `name` of the schema's global element `element`, as its default says. */
static int64_t schema_default(xmlNodePtr root, const char *element, const char *name)
{
    char text[64];
    xmlNodePtr e = gt_xml_child(root, "element");
    for (; e; e = gt_xml_next(e)) {
        assert_ok(gt_xml_attr(e, "name", text, sizeof text));
        if (strcmp(text, element) == 0)
            break;
    }
    assert_non_null(e);
    xmlNodePtr a = gt_xml_path(e, "complexType/attribute");
    for (; a; a = gt_xml_next(a)) {
        assert_ok(gt_xml_attr(a, "name", text, sizeof text));
        if (strcmp(text, name) == 0)
            break;
    }
    assert_non_null(a);
    assert_ok(gt_xml_attr(a, "default", text, sizeof text));
    int64_t value = -1;
    assert_ok(gt_int_parse(text, &value));
    return value;
}

static void defaults_are_those_the_schema_tells(void **state)
{
    (void)state;
    struct gt_conf c;
    xmlDocPtr doc = NULL;
    assert_ok(load(LEAST, &c));
    assert_ok(gt_xml_load(schema, 1 << 20, &doc));
    xmlNodePtr root = xmlDocGetRootElement(doc);
    assert_int_equal(schema_default(root, "store", "readers"), c.readers);
    assert_int_equal(schema_default(root, "store", "connections"), c.connections);
    assert_int_equal(schema_default(root, "terminal", "threads"), c.threads);
    assert_int_equal(schema_default(root, "terminal", "body-max"), c.body_max);
    assert_int_equal(schema_default(root, "terminal", "answer-ms"), c.answer_ms);
    assert_int_equal(schema_default(root, "terminal", "fresh-ms"), c.fresh_ms);
    assert_int_equal(schema_default(root, "terminal", "rate"), c.rate);
    assert_int_equal(schema_default(root, "worker", "poll-ms"), c.poll_ms);
    assert_int_equal(schema_default(root, "worker", "retry-ms"), c.retry_ms);
    xmlFreeDoc(doc);
}

/* A configuration with this <store>. */
#define WITH_STORE(attributes) \
    "<store " attributes "/><paths keys='keys'/><marketing>" SYSTEM "</marketing>"

static void a_server_becomes_a_connection_string(void **state)
{
    (void)state;
    struct gt_conf c;
    char path[UNIT_PATH_MAX];
    unit_write(folder, "secret", "s;e}cret\n", path);
    assert_int_equal(chmod(path, 0640), 0);
    assert_ok(load(WITH_STORE("kind='postgres' server='db' database='gt' user='u' "
                              "secret-file='secret' connections='5'"),
                   &c));
    assert_string_equal(c.connection, "Driver=PostgreSQL ANSI;Server=db;Port=5432;Database=gt;"
                                      "Uid=u;Pwd={s;e}}cret}");
    assert_string_equal(c.store, "");
    assert_int_equal(c.connections, 5);
    assert_ok(load(WITH_STORE("kind='postgres' server='db' port='6000' database='gt' user='u' "
                              "secret-file='secret' tls-ca='/ca.pem'"),
                   &c));
    assert_holds(c.connection, ";Port=6000;");
    assert_holds(c.connection, ";SSLmode=verify-full;pqopt={sslrootcert=/ca.pem ");
    assert_ok(load(WITH_STORE("kind='mssql' server='bureau' database='gt' user='u' "
                              "secret-file='secret'"),
                   &c));
    assert_holds(c.connection, "Driver=FreeTDS;Servername=bureau;Database=gt;");
    assert_holds(c.connection, ";TDS_Version=7.4");
}

static void a_server_without_its_parts_is_refused(void **state)
{
    (void)state;
    struct gt_conf c;
    char path[UNIT_PATH_MAX];
    unit_write(folder, "open", "secret\n", path);
    assert_int_equal(chmod(path, 0644), 0);
    assert_err(GT_ERR_CONFIG, load(WITH_STORE("kind='postgres' server='db'"), &c));
    assert_holds(gt_err_text(), "'database' is required");
    assert_err(GT_ERR_CONFIG, load(WITH_STORE("kind='mssql' server='db;x' database='gt' user='u' "
                                              "secret-file='open'"),
                                   &c));
    assert_err(GT_ERR_CONFIG, load(WITH_STORE("kind='mssql' server='db' database='gt' user='u' "
                                              "secret-file='open'"),
                                   &c));
    assert_holds(gt_err_text(), "may be read by others");
    assert_null(strstr(gt_err_text(), "secret\n"));
    assert_err(GT_ERR_CONFIG, load(WITH_STORE("kind='oracle' path='x'"), &c));
}

static void the_environment_stands_above_the_file(void **state)
{
    (void)state;
    struct gt_conf c;
    assert_int_equal(setenv("GRIDTILL_STORE", "Driver=X;Server=y", 1), 0);
    assert_ok(load(LEAST, &c));
    assert_string_equal(c.connection, "Driver=X;Server=y");
    assert_string_equal(c.store, "");
    assert_int_equal(unsetenv("GRIDTILL_STORE"), 0);
    assert_ok(load(LEAST, &c));
    assert_string_equal(c.connection, "");
}

static int start(void **state)
{
    (void)state;
    unit_source("conf/gridtill.xsd", schema);
    unit_folder(folder);
    gt_xml_start();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    unit_remove(folder);
    gt_xml_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_configuration_has_all_defaults),
        cmocka_unit_test(every_value_is_read),
        cmocka_unit_test(mistakes_are_refused_with_line_and_reason),
        cmocka_unit_test(more_systems_than_there_is_room_for_are_refused),
        cmocka_unit_test(absent_file_or_schema_is_told),
        cmocka_unit_test(schema_beside_the_file_is_used),
        cmocka_unit_test(the_example_is_valid),
        cmocka_unit_test(defaults_are_those_the_schema_tells),
        cmocka_unit_test(a_server_becomes_a_connection_string),
        cmocka_unit_test(a_server_without_its_parts_is_refused),
        cmocka_unit_test(the_environment_stands_above_the_file),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
