/*
 * Attachments: only whole pictures and papers go in, what comes out is what went in, and whatever
 * another hand does to them shows.
 */
#include "remit_kit.h"

#include <zlib.h>

/* --- files --------------------------------------------------------------------------------------
 */

struct file {
    uint8_t data[GT_ATTACH_BYTES + 64];
    size_t len;
};

static void put(struct file *f, const void *data, size_t len)
{
    assert_true(f->len + len <= sizeof(f->data));
    memcpy(f->data + f->len, data, len);
    f->len += len;
}

static void put_be(struct file *f, uint32_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        put(f, &(uint8_t){(uint8_t)(value >> (8 * i))}, 1);
}

static void chunk(struct file *f, const char *name, const void *data, size_t len)
{
    uLong crc = crc32(crc32(0, (const Bytef *)name, 4), data, (uInt)len);

    put_be(f, (uint32_t)len, 4);
    put(f, name, 4);
    put(f, data, len);
    put_be(f, (uint32_t)crc, 4);
}

/* A grey PNG of one pixel whose comment makes it `size` bytes long. */
static struct file *png(size_t size)
{
    static struct file f;
    static char filling[GT_ATTACH_BYTES];
    static const uint8_t head[13] = {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0};
    static const uint8_t pixel[] = {0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1};

    for (size_t i = 0; i < sizeof(filling); i++)
        filling[i] = (char)(i * 31 % 251);
    f.len = 0;
    put(&f, "\x89PNG\r\n\x1a\n", 8);
    chunk(&f, "IHDR", head, sizeof(head));
    chunk(&f, "IDAT", pixel, sizeof(pixel));
    chunk(&f, "teXt", filling, size - f.len - 24);
    chunk(&f, "IEND", "", 0);
    assert_int_equal(f.len, size);
    return &f;
}

static struct file *jpeg(void)
{
    static struct file f;
    static const uint8_t bytes[] = {0xff, 0xd8, 0xff, 0xe0, 0,    4,   'J', 'F', 0xff, 0xc0,
                                    0,    11,   8,    0,    16,   0,   16,  1,   1,    0x11,
                                    0,    0xff, 0xda, 0,    8,    1,   1,   0,   0,    63,
                                    0,    0x55, 0xaa, 0xff, 0xd9, 'c', 'a', 'm'};

    f.len = 0;
    put(&f, bytes, sizeof(bytes));
    return &f;
}

/* --- one slip to put them beside ----------------------------------------------------------------
 */

static int64_t one_slip(struct office *o)
{
    start(o);
    int64_t shift = open_shift(o, CASHIER, 0, "k1");
    sell(o, &o->kit.cashier, 1, 3000);
    count_shift(o, CASHIER, shift, 3000, "c1");
    close_shift(o, CASHIER, shift, 0, "z1");
    return submit(o, CASHIER, 1, 0, "s1");
}

static enum gt_err attach(struct office *o, int64_t user_id, int64_t slip, const struct file *f,
                          int64_t *id)
{
    *id = 0;
    return gt_slip_attach(by_of(o, user_id), slip, " 存单\n.png ", f->data, f->len, id, &o->no);
}

struct found {
    int64_t slip;
    struct gt_attachment rows[GT_ATTACH_MOST];
    size_t n;
    struct gt_buf bytes; /* of the first */
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;

    f->n = gt_attachments_of(tx, GT_ATTACH_SLIP, f->slip, f->rows);
    return f->n ? gt_attachment_read(tx, &f->rows[0], &f->bytes) : gt_tx_err(tx);
}

static enum gt_err find(struct office *o, int64_t slip, struct found *f)
{
    *f = (struct found){.slip = slip};
    gt_buf_init(&f->bytes, GT_ATTACH_BYTES);
    return gt_db_read(o->kit.till.db, "attachments", find_in, f);
}

/* --- tests --------------------------------------------------------------------------------------
 */

static void what_goes_in_comes_out(void **state)
{
    static const size_t sizes[] = {100, GT_ATTACH_PART, GT_ATTACH_PART + 1, GT_ATTACH_BYTES};
    struct office o;
    struct found f;
    int64_t slip = one_slip(&o), id, again;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_ok(attach(&o, CASHIER, slip, png(sizes[i]), &id));
        assert_ok(attach(&o, BOSS, slip, png(sizes[i]), &again)); /* the same file */
        assert_int_equal(id, again);
        assert_ok(find(&o, slip, &f));
        assert_int_equal(f.n, i + 1);
        gt_buf_done(&f.bytes);
    }
    assert_ok(find(&o, slip, &f));
    assert_string_equal(f.rows[0].name, "存单.png");
    assert_int_equal(f.rows[0].type, GT_ATTACH_PNG);
    assert_int_equal(f.rows[0].made_by, CASHIER);
    assert_int_equal(f.bytes.len, 100);
    assert_memory_equal(f.bytes.data, png(100)->data, 100);
    gt_buf_done(&f.bytes);
    office_stop(&o);
}

static void a_big_one_comes_out_whole(void **state)
{
    struct office o;
    struct found f;
    int64_t slip = one_slip(&o), id;

    (void)state;
    assert_ok(attach(&o, CASHIER, slip, png(GT_ATTACH_BYTES), &id));
    assert_ok(find(&o, slip, &f));
    assert_int_equal(f.bytes.len, GT_ATTACH_BYTES);
    assert_memory_equal(f.bytes.data, png(GT_ATTACH_BYTES)->data, GT_ATTACH_BYTES);
    gt_buf_done(&f.bytes);
    office_stop(&o);
}

static void strangers_and_other_files_are_refused(void **state)
{
    struct office o;
    int64_t slip = one_slip(&o), id;
    struct file *f = png(GT_ATTACH_BYTES);

    (void)state;
    assert_int_equal(attach(&o, STAFF, slip, png(100), &id), GT_ERR_ABSENT);
    assert_int_equal(o.no.why, GT_WHY_ABSENT);
    assert_int_equal(attach(&o, CASHIER, slip + 99, png(100), &id), GT_ERR_ABSENT);
    f = png(GT_ATTACH_BYTES);
    f->len++;
    assert_int_equal(attach(&o, CASHIER, slip, f, &id), GT_ERR_TOOBIG);
    assert_int_equal(o.no.why, GT_WHY_ATTACH_BIG);
    f = png(100);
    f->len--;
    assert_int_equal(attach(&o, CASHIER, slip, f, &id), GT_ERR_SYNTAX);
    assert_int_equal(o.no.why, GT_WHY_ATTACH_TYPE);
    for (int64_t i = 0; i < GT_ATTACH_MOST; i++)
        assert_ok(attach(&o, CASHIER, slip, png(100 + (size_t)i), &id));
    assert_int_equal(attach(&o, CASHIER, slip, png(99), &id), GT_ERR_FULL);
    assert_int_equal(o.no.why, GT_WHY_ATTACH_MANY);
    office_stop(&o);
}

static void kinds_are_told_by_the_bytes(void **state)
{
    static const char html[] = "<html><script>alert(1)</script>%PDF-1.4 %%EOF";
    static const char pdf[] = "%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n";
    struct file *f = jpeg();

    (void)state;
    assert_int_equal(gt_attach_type_of(pdf, sizeof(pdf) - 1), GT_ATTACH_PDF);
    assert_int_equal(gt_attach_type_of(pdf, sizeof(pdf) - 8), 0); /* its end is missing */
    assert_int_equal(gt_attach_type_of(html, sizeof(html) - 1), 0);
    assert_int_equal(gt_attach_type_of("", 0), 0);
    assert_int_equal(gt_attach_type_of(f->data, f->len), GT_ATTACH_JPEG);
    for (size_t n = 0; n < f->len - 3; n++) /* cut anywhere before the end of the image */
        assert_int_equal(gt_attach_type_of(f->data, n), 0);
    f->data[14] = 0xff; /* 65296 pixels high */
    f->data[13] = 0xff;
    assert_int_equal(gt_attach_type_of(f->data, f->len), 0);
    f = png(200);
    for (size_t n = 0; n < f->len; n++)
        assert_int_equal(gt_attach_type_of(f->data, n), 0);
    put(f, "<script>", 8);
    assert_int_equal(gt_attach_type_of(f->data, f->len), 0);
}

GT_STMT(attach_swap, "UPDATE gt_attachment SET digest = ? WHERE id > ?");
GT_STMT(attach_drop, "DELETE FROM gt_attachment_part WHERE id > ?");

static enum gt_err drop_part(struct gt_tx *tx, void *arg)
{
    gt_tx_exec(tx, &attach_drop, GT_INT(GT_ATTACH_PART_ID(*(int64_t *)arg, 1)));
    return gt_tx_err(tx);
}

static enum gt_err swap_digest(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_tx_exec(tx, &attach_swap, GT_TEXT("00"), GT_INT(0));
    return gt_tx_err(tx);
}

static void another_hand_shows(void **state)
{
    struct office o;
    struct found f;
    struct gt_check_sums sums;
    int64_t slip = one_slip(&o), id;

    (void)state;
    assert_ok(attach(&o, CASHIER, slip, png(2 * GT_ATTACH_PART), &id));
    assert_ok(gt_check_books(o.kit.till.db, NULL, NULL, &sums));
    assert_int_equal(sums.differences, 0);
    assert_ok(gt_db_transact(o.kit.till.db, "drop", drop_part, &id));
    assert_int_equal(find(&o, slip, &f), GT_ERR_TAMPERED);
    gt_buf_done(&f.bytes);
    assert_ok(gt_check_books(o.kit.till.db, NULL, NULL, &sums));
    assert_int_equal(sums.differences, 1);
    assert_ok(gt_db_transact(o.kit.till.db, "swap", swap_digest, NULL));
    assert_int_equal(find(&o, slip, &f), GT_ERR_TAMPERED);
    gt_buf_done(&f.bytes);
    kit_stop(&o.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(a_big_one_comes_out_whole),
        cmocka_unit_test(strangers_and_other_files_are_refused),
        cmocka_unit_test(kinds_are_told_by_the_bytes),
        cmocka_unit_test(another_hand_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
