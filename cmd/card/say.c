/*
 * The words and texts.
 */
#include "say.h"

static const struct gt_say states[GT_READER_STATE__MAX] = {
    [GT_READER_CARD] = {"card", "卡已放入", "A card is in the reader"},
    [GT_READER_NO_CARD] = {"no_card", "请将卡放入读卡器", "Put the card into the reader"},
    [GT_READER_NONE] = {"no_reader", "没有找到读卡器，请检查连接",
                        "No card reader was found: check its cable"},
    [GT_READER_NO_SERVICE] = {"no_service", "读卡服务（pcscd）没有响应，请联系管理员",
                              "The card service (pcscd) does not answer: tell the administrator"},
    [GT_READER_UNREADABLE] = {"unreadable", "卡无法识别，请确认是购电卡，擦净后重新放入",
                              "The card cannot be read: is it a purchase card? Wipe it and put it "
                              "in again"},
    [GT_READER_BUSY] = {"busy", "读卡器正被占用，请稍候再试",
                        "The card is in use by another program: try again in a moment"},
};

static const struct gt_say reasons[GT_CHIP_REASON__MAX] = {
    [GT_CHIP_DONE] = {"done", "写卡成功", "The card is written"},
    [GT_CHIP_ALREADY] = {"already", "卡内已是本次购电，无需再写",
                         "The card carries this purchase already; nothing was written"},
    [GT_CHIP_DAMAGED] = {"damaged", "购电已写入，但卡内其他数据校验不符，请为客户补卡",
                         "The purchase is on the card, but other data are not as they were "
                         "written: replace the card"},
    [GT_CHIP_STALE] = {"stale_random", "卡已重新放入或复位，未写卡，请补写",
                       "The card was reset since it was read; nothing was written: rewrite"},
    [GT_CHIP_COUNT] = {"count", "卡内购电次数与写卡数据不符，未写卡，请核对该户的购电记录",
                       "The card's purchase count does not fit this packet; nothing was written: "
                       "look at the customer's purchases"},
    [GT_CHIP_REFUSED] = {"refused", "卡拒绝写入，购电未写入，请补写；仍不成功请换卡。状态字 ",
                         "The card refused; the purchase is not on it: rewrite, and if that fails "
                         "too, replace the card. Status word "},
    [GT_CHIP_REMOVED] = {"removed", "写卡中断，购电未写入，请重新放卡后补写",
                         "The card went away too early; the purchase is not on it: put it in and "
                         "rewrite"},
    [GT_CHIP_MISMATCH] = {"mismatch", "写卡后校验不符，购电未写入，请补写；仍不成功请换卡",
                          "The card holds something else than was written: rewrite, and if that "
                          "fails too, replace the card"},
    [GT_CHIP_OTHER_CARD] = {"other_card", "读卡器中是另一张卡，未写卡，请放回原卡",
                            "Another card is in the reader; nothing was written: put the right "
                            "one back"},
    [GT_CHIP_TORN] = {"torn", "写卡中断，结果未知，请勿离开，请将原卡放回读卡器",
                      "The card went away while it was written; the result is not known: put it "
                      "back into the reader"},
    [GT_CHIP_UNREADABLE] = {"unreadable", "卡无法识别，未写卡，请擦净后重新放入",
                            "The card cannot be read; nothing was written: wipe it and put it in "
                            "again"},
    [GT_CHIP_NO_CARD] = {"no_card", "读卡器中没有卡，请放回原卡",
                         "There is no card in the reader: put it back"},
    [GT_CHIP_NO_READER] = {"no_reader", "没有找到读卡器，请检查连接",
                           "No card reader was found: check its cable"},
    [GT_CHIP_NO_SERVICE] = {"no_service", "读卡服务（pcscd）没有响应，请联系管理员",
                            "The card service (pcscd) does not answer: tell the administrator"},
    [GT_CHIP_BUSY] = {"busy", "读卡器正被占用，请稍候再试",
                      "The card is in use by another program: try again in a moment"},
};

const struct gt_say *gt_say_state(enum gt_reader_state state)
{
    return &states[state];
}

const struct gt_say *gt_say_reason(enum gt_chip_reason reason)
{
    return &reasons[reason];
}

const char *gt_say_result(enum gt_chip_result result)
{
    return result == GT_CHIP_WRITTEN       ? "written"
           : result == GT_CHIP_NOT_WRITTEN ? "not_written"
                                           : "unknown";
}

const char *gt_say_kind(enum gt_chip_kind kind)
{
    static const char *const words[GT_CHIP_KIND__MAX] = {"blank", "opening", "purchase",
                                                         "replacement"};
    return words[kind];
}
