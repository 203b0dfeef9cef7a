/*
 * JSON, through jansson.
 */
#include "json.h"

#include "base/crypt.h"
#include "base/money.h"
#include "say.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX(bytes) (2 * (bytes) + 1)

/* --- requests */

/* Exactly `size` bytes of hex. */
static bool take_hex(const json_t *value, uint8_t *out, size_t size)
{
    size_t len = 0;
    return json_is_string(value) && json_string_length(value) == 2 * size &&
           strlen(json_string_value(value)) == 2 * size &&
           gt_hex_decode(json_string_value(value), out, size, &len) == GT_OK;
}

static bool take_card_no(const json_t *value, struct gt_chip_packet *packet)
{
    size_t len = json_string_length(value);
    if (!json_is_string(value) || len == 0 || len > GT_CHIP_TEXT)
        return false;
    memcpy(packet->card_no, json_string_value(value), len + 1);
    for (size_t i = 0; i < len; i++)
        if (packet->card_no[i] <= 0x20 || packet->card_no[i] >= 0x7f)
            return false;
    return true;
}

static bool take_random(const json_t *value, struct gt_chip_packet *packet)
{
    return take_hex(value, packet->random, GT_CHIP_RANDOM);
}

static bool take_data(const json_t *value, struct gt_chip_packet *packet)
{
    return take_hex(value, packet->data, GT_CHIP_DATA);
}

static bool take_macs(const json_t *value, struct gt_chip_packet *packet)
{
    if (!json_is_array(value) || json_array_size(value) != GT_CHIP_STEPS)
        return false;
    for (size_t i = 0; i < GT_CHIP_STEPS; i++)
        if (!take_hex(json_array_get(value, i), packet->mac[i], GT_CHIP_MAC))
            return false;
    return true;
}

/* The data say the count too: what was put together from two packets is found here. */
static bool take_count(const json_t *value, struct gt_chip_packet *packet)
{
    return json_is_integer(value) &&
           json_integer_value(value) ==
               (json_int_t)gt_chip_number(packet->data + GT_CHIP_AT_COUNT, 4);
}

/* In the order in which they are read: the count wants the data. */
static const struct {
    const char *name;
    bool (*take)(const json_t *value, struct gt_chip_packet *packet);
} members[] = {
    {"card_no", take_card_no}, {"random", take_random},        {"data", take_data},
    {"macs", take_macs},       {"purchase_count", take_count},
};

#define NMEMBERS (sizeof(members) / sizeof(members[0]))

static bool known(const char *name)
{
    for (size_t i = 0; i < NMEMBERS; i++)
        if (strcmp(members[i].name, name) == 0)
            return true;
    return false;
}

enum gt_err gt_card_packet_parse(const char *data, size_t len, struct gt_chip_packet *packet,
                                 const char **member)
{
    struct gt_chip_packet got = {.card_no = ""};
    json_t *root = json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL), *value;
    const char *name;
    enum gt_err err = GT_OK;

    *member = NULL;
    if (!json_is_object(root)) {
        json_decref(root);
        return GT_ERR_SYNTAX;
    }
    for (size_t i = 0; err == GT_OK && i < NMEMBERS; i++)
        if (!members[i].take(json_object_get(root, members[i].name), &got)) {
            *member = members[i].name;
            err = GT_ERR_SYNTAX;
        }
    json_object_foreach(root, name, value) if (err == GT_OK && !known(name))
    {
        *member = "another";
        err = GT_ERR_SYNTAX;
    }
    json_decref(root);
    if (err == GT_OK)
        *packet = got;
    return err;
}

/* --- answers */

/* As text; takes `root`, which may be NULL. */
static char *dump(json_t *root)
{
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return text;
}

static json_t *card_json(const struct gt_chip *chip, const uint8_t random[GT_CHIP_RANDOM])
{
    char amount[GT_MONEY_MAX], returned[HEX(GT_CHIP_FILE_SIZE)] = "", number[HEX(GT_CHIP_RANDOM)];
    if (chip->inserted)
        gt_hex_encode(chip->file[GT_CHIP_RETURN], gt_chip_file_size[GT_CHIP_RETURN], returned);
    gt_hex_encode(random, GT_CHIP_RANDOM, number);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:s, s:s}", "card_no", chip->card_no,
                     "kind", gt_say_kind(chip->kind), "customer_no", chip->customer_no, "meter_no",
                     chip->meter_no, "purchase_count", (json_int_t)chip->count, "amount",
                     gt_money_format(chip->amount, amount), "inserted", (int)chip->inserted,
                     "return_file", returned, "random", number);
}

static json_t *presence_json(const struct gt_presence *seen)
{
    const struct gt_say *say = gt_say_state(seen->state);
    json_t *root = json_pack("{s:s, s:I, s:s, s:s}", "state", say->word, "changes",
                             (json_int_t)seen->changes, "text", say->zh, "text_en", say->en);
    if (root && *seen->name)
        (void)json_object_set_new(root, "reader", json_string(seen->name));
    return root;
}

char *gt_card_json_status(const struct gt_presence *seen)
{
    return dump(presence_json(seen));
}

char *gt_card_json_card(const struct gt_presence *seen, const struct gt_chip *chip,
                        const uint8_t random[GT_CHIP_RANDOM])
{
    json_t *root = presence_json(seen);
    if (root && seen->state == GT_READER_CARD &&
        json_object_set_new(root, "card", card_json(chip, random)) != 0) {
        json_decref(root);
        root = NULL;
    }
    return dump(root);
}

char *gt_card_json_report(const struct gt_chip_report *report, const uint8_t random[GT_CHIP_RANDOM])
{
    const struct gt_say *say = gt_say_reason(report->reason);
    char sw[8] = "";
    if (report->reason == GT_CHIP_REFUSED)
        (void)snprintf(sw, sizeof(sw), "%04X", (unsigned)report->sw & 0xffff);
    return dump(json_pack("{s:s, s:s, s:s+, s:s+, s:o}", "result", gt_say_result(report->result),
                          "reason", say->word, "text", say->zh, sw, "text_en", say->en, sw, "card",
                          report->read ? card_json(&report->chip, random) : json_null()));
}

char *gt_card_json_error(const char *error, const char *zh, const char *en)
{
    return dump(json_pack("{s:s, s:s, s:s}", "error", error, "text", zh, "text_en", en));
}
