/*
 * Messages for people: what must not be read is masked, foreign bytes become text, long is cut.
 */
#include "link/adapter.h"
#include "link/message.h"
#include "unit.h"

static struct gt_adapter *adapter;

static int load(void **state)
{
    char definition[UNIT_PATH_MAX], templates[UNIT_PATH_MAX];

    (void)state;
    return gt_adapter_load(unit_source("conf/marketing/sg186.xml", definition), NULL,
                           unit_source("templates", templates), &adapter) == GT_OK
               ? 0
               : -1;
}

static int unload(void **state)
{
    (void)state;
    gt_adapter_free(adapter);
    return 0;
}

static void assert_masked(const struct gt_message_known *known, const char *data, size_t len,
                          const char *expected)
{
    struct gt_buf out;

    gt_buf_init(&out, GT_MESSAGE_MAX);
    gt_message_mask(adapter, known, data, len, 60, &out);
    assert_string_equal(out.data, expected);
    gt_buf_done(&out);
}

static void elements_of_the_definition_are_masked(void **state)
{
    static const struct {
        const char *said, *shown;
    } cases[] = {
        {"<yhmc>张小三</yhmc>", "<yhmc>张*三</yhmc>"},
        {"<n:yhmc>张小三</n:yhmc>", "<n:yhmc>张*三</n:yhmc>"},
        {"<yhmc a=\"张小三\">张小三</yhmc>", "<yhmc>张*三</yhmc>"},
        {"<yhmc v='张小三'/>a", "<yhmc/>a"},
        {"<yhmc><![CDATA[张小三]]></yhmc>", "<yhmc>***</yhmc>"},
        {"<yhmc>&#24352;&#19977;</yhmc>", "<yhmc>***</yhmc>"},
        {"<yhmc>张小三", "<yhmc>张*三"},
        {"<yhmc 张小三", "<yhmc***"},
        {"<yddz>远山路 8 号</yddz>", "<yddz>***</yddz>"},
        {"<mac1>0011223344556677</mac1>", "<mac1>***</mac1>"},
        {"<password>x</password>", "<password>***</password>"},
        {"<yhmcx>张小三</yhmcx>", "<yhmcx>张小三</yhmcx>"},
        {"<yhmc>张*三</yhmc>", "<yhmc>张*三</yhmc>"},
    };
    const struct gt_message_known known = {.name = NULL};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_masked(&known, cases[i].said, strlen(cases[i].said), cases[i].shown);
}

static void what_is_known_is_masked_wherever_it_stands(void **state)
{
    static const struct {
        const char *said, *shown;
    } cases[] = {
        {"户主张小三，远山路 8 号", "户主张*三，***"},
        {"C2000000001!", "C200****0001!"},
        {"xC2000000001", "xC200****0001"},
        {"AABBCCDD", "***"},
    };
    const struct gt_message_known known = {
        .name = "张小三", .address = "远山路 8 号", .card_no = "C2000000001", .random = "AABBCCDD"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_masked(&known, cases[i].said, strlen(cases[i].said), cases[i].shown);
}

static void long_numbers_are_masked_and_ours_are_not(void **state)
{
    static const struct {
        const char *said, *shown;
    } cases[] = {
        {"卡6222020200112233445", "卡6222****3445"},
        {"110101199003071234", "1101****1234"},
        {"0123456789ABCDEFabcdef", "0123****cdef"},
        {"SG202611220000000042", "SG202611220000000042"},
        {"20261122140305 3000000001", "20261122140305 3000000001"},
    };
    const struct gt_message_known known = {.name = NULL};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_masked(&known, cases[i].said, strlen(cases[i].said), cases[i].shown);
}

static void foreign_bytes_become_text(void **state)
{
    const struct gt_message_known known = {.name = NULL};

    (void)state;
    assert_masked(&known, "a\0b\xff\x1b\r\nc\xe4\xb8", 10, "a�b��\nc��");
    assert_masked(&known, "", 0, "");
}

static void long_text_is_cut_at_a_character(void **state)
{
    const struct gt_message_known known = {.name = NULL};
    char said[400], shown[400];

    (void)state;
    for (size_t i = 0; i < 100; i++)
        memcpy(said + 3 * i, "电", 3);
    snprintf(shown, sizeof shown, "%.*s…", 59 * 3, said);
    assert_masked(&known, said, 300, shown);
    assert_masked(&known, said, 59 * 3,
                  "电电电电电电电电电电电电电电电电电电电电电电电电电电电电电电"
                  "电电电电电电电电电电电电电电电电电电电电电电电电电电电电电");
}

static void a_kept_answer_fits(void **state)
{
    static struct gt_up_reply reply;
    const struct gt_up_request request = {.op = GT_UP_RECHARGE};
    struct gt_buf answer;

    (void)state;
    gt_buf_init(&answer, 100000);
    for (int i = 0; i < 9000; i++)
        gt_buf_puts(&answer, i % 2 ? "电" : "\xF0\x9F\x98\x80");
    gt_message_keep(adapter, &request, &answer, &reply);
    assert_true(strlen(reply.raw) < sizeof reply.raw && strlen(reply.raw) > 4000);
    assert_string_equal(reply.raw + strlen(reply.raw) - 3, "…");
    gt_buf_done(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_of_the_definition_are_masked),
        cmocka_unit_test(what_is_known_is_masked_wherever_it_stands),
        cmocka_unit_test(long_numbers_are_masked_and_ours_are_not),
        cmocka_unit_test(foreign_bytes_become_text),
        cmocka_unit_test(long_text_is_cut_at_a_character),
        cmocka_unit_test(a_kept_answer_fits),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
