/*
 * Business outcomes: number, class, Chinese and English text, in the one table that the code, the
 * terminal document and the console use.
 *
 * Class `ok`: done.  `declined`: stored as refused, nothing is held.  `in_doubt`: stored, money
 * held, ask again.  `error`: nothing was stored, send the same message with the same trace number.
 * Numbers are given once and never change their meaning: terminals know them.
 */
#ifndef GT_BASE_OUTCOME_H
#define GT_BASE_OUTCOME_H

#include "base/err.h"

#include <stdint.h>

enum gt_class { GT_CLASS_OK, GT_CLASS_DECLINED, GT_CLASS_IN_DOUBT, GT_CLASS_ERROR, GT_CLASS__MAX };

/* X(name, number, class, Chinese, English).  Ranges: 0 done; 1000 in doubt; 2000 the customer and
 * the bill; 3000 rights, limits and credit; 4000 cards; 5000 reversal; 6000 trace numbers and
 * inquiries; 7000 remittance and batches; 9000 errors. */
/* clang-format off */
#define GT_OUTCOMES(X)                                                                              \
    X(OK, 0, OK, "成功", "Done")                                                                    \
    X(IN_DOUBT, 1001, IN_DOUBT, "上级系统尚未答复，款项已登记，请勿重复收费，请稍后查询",           \
      "The marketing system has not answered. The payment is registered: do not collect again; "   \
      "inquire later")                                                                              \
    X(READING_WAITS, 1002, IN_DOUBT, "示数已保存，营销系统尚未答复，会自动再传，不必重抄",          \
      "The reading is kept. The marketing system has not answered yet; it is sent again by itself") \
    X(NO_CUSTOMER, 2001, DECLINED, "没有此户号的客户，请核对户号", "No such customer: check the number") \
    X(NOT_SERVED, 2002, DECLINED, "此户号不属于任何已接入的营销系统",                               \
      "No connected marketing system serves this customer number")                                  \
    X(NO_BILL, 2003, DECLINED, "没有查到待缴的电费", "There is no bill to pay")                     \
    X(ALREADY_PAID, 2004, DECLINED, "该电费已缴清", "The bill has been paid already")               \
    X(AMOUNT_DIFFERS, 2005, DECLINED, "金额与应缴金额不符，请重新查询后再收费",                     \
      "The amount differs from what is due: query again, then collect")                             \
    X(ARREARS_FIRST, 2006, DECLINED, "该客户有欠费，须先缴清欠费", "Arrears must be paid first")    \
    X(NO_PARTIAL, 2007, DECLINED, "不允许部分缴费", "Part payment is not allowed")                  \
    X(COLLECTED_ELSEWHERE, 2008, DECLINED, "该客户正在别处收费，请稍后再试",                        \
      "The customer is being collected elsewhere; try later")                                       \
    X(NOT_BILLED_YET, 2009, DECLINED, "电费尚未发行或正在计算", "The bill is not issued yet")       \
    X(CARD_CUSTOMER, 2010, DECLINED, "该客户是卡表客户，请购电", "A card customer: recharge instead") \
    X(NOT_CARD_CUSTOMER, 2011, DECLINED, "该客户不是卡表客户", "Not a customer with a card meter")  \
    X(BANK_TRANSFER, 2012, DECLINED, "该客户正在银行代扣", "Under bank transfer at the moment")     \
    X(CROSS_CITY, 2013, DECLINED, "不允许跨地市收费", "Collecting across cities is not allowed")    \
    X(WORK_ORDER_OPEN, 2014, DECLINED, "该客户有未完成的工单", "A work order of the customer is open") \
    X(METER_DIFFERS, 2015, DECLINED, "表号与该户号不符", "The meter is not this customer's")        \
    X(AMOUNT_RANGE, 2016, DECLINED, "金额超出该客户允许的范围",                                     \
      "The amount is beyond what the customer may pay")                                             \
    X(ALREADY_OPEN, 2017, DECLINED, "该电表已经开户", "The meter account is open already")          \
    X(NOT_OPEN, 2018, DECLINED, "该电表尚未开户", "The meter account is not open yet")              \
    X(CLEARING, 2019, DECLINED, "营销系统正在日终清算，请稍后再试",                                 \
      "The marketing system is closing its day; try later")                                         \
    X(CUSTOMER_BUSY, 2020, DECLINED, "该客户有一笔交易尚未完成，请等待其结果",                      \
      "Another transaction of this customer is in flight: wait for its result")                     \
    X(UPSTREAM_REFUSED, 2090, DECLINED, "营销系统拒绝了此交易", "The marketing system refused")     \
    X(UPSTREAM_NOT_REACHED, 2091, DECLINED, "营销系统连接失败，交易未发出，款项未收取",             \
      "The marketing system could not be reached; nothing was sent and nothing is held")            \
    X(UPSTREAM_NEVER_GOT, 2092, DECLINED, "营销系统确认没有收到此交易，占用的信用额已释放",         \
      "The marketing system never got the transaction; the credit held is released")                \
    X(NO_CREDIT, 3001, DECLINED, "可用信用额不足，请解缴或申请提高信用额",                          \
      "Not enough credit available: remit, or ask for a higher limit")                              \
    X(OVER_TXN_LIMIT, 3002, DECLINED, "超过单笔限额", "Above the limit of one transaction")         \
    X(OVER_DAY_LIMIT, 3003, DECLINED, "超过当日限额", "Above the limit of the day")                 \
    X(OP_NOT_ALLOWED, 3004, DECLINED, "该终端不允许办理此业务", "The terminal may not do this business") \
    X(METHOD_NOT_ALLOWED, 3005, DECLINED, "不支持此支付方式", "This way of paying is not accepted") \
    X(ACCOUNT_SUSPENDED, 3006, DECLINED, "收费账户已停用", "The collecting account is suspended")   \
    X(NO_SHIFT, 3007, DECLINED, "尚未开班，请先在收费页面开班", "No shift is open: open one first")   \
    X(CARD_MISSING, 4001, DECLINED, "卡表业务须先读卡", "A card business: read the card first")     \
    X(CARD_NOT_INSERTED, 4002, DECLINED, "上次购电后卡未插入电表，请先插表",                        \
      "The card has not been in the meter since the last purchase: insert it first")                \
    X(CARD_COUNT, 4003, DECLINED, "卡内购电次数与系统不符", "The purchase count of the card is out of step") \
    X(CARD_OLD, 4004, DECLINED, "此卡已补换，不能再用", "The card was replaced and is not valid any more") \
    X(CARD_NOT_WRITTEN, 4005, DECLINED, "上次购电尚未写卡，请先补写",                               \
      "The last purchase is not on the card yet: rewrite it first")                                 \
    X(CARD_ALREADY_WRITTEN, 4006, DECLINED, "该笔已确认写卡，不能补写", "Written already: no rewrite") \
    X(CARD_WRONG_CUSTOMER, 4007, DECLINED, "此卡不是该客户的卡", "The card is another customer's")  \
    X(CARD_BLANK, 4008, DECLINED, "空白卡，请先开户或补卡", "A blank card: open or replace first")  \
    X(CARD_NO_PURCHASE, 4009, DECLINED, "没有可写卡的购电记录", "There is no purchase to write")    \
    X(CARD_ENCRYPTION, 4010, DECLINED, "加密服务失败，请补写卡", "The encryption service failed: rewrite the card") \
    X(REV_NO_ORIGINAL, 5001, DECLINED, "原交易不存在", "The original transaction does not exist")   \
    X(REV_AMOUNT, 5002, DECLINED, "冲正金额与原交易不符", "The amount differs from the original's") \
    X(REV_DONE, 5003, DECLINED, "原交易已冲正", "The original is reversed already")                 \
    X(REV_IN_PROGRESS, 5004, DECLINED, "原交易正在冲正", "A reversal of the original is in progress") \
    X(REV_NOT_POSTED, 5005, DECLINED, "原交易未成功，不能冲正", "The original is not posted: nothing to reverse") \
    X(REV_NEXT_DAY, 5006, DECLINED, "不能隔日冲正，请办理退费", "Not on another business date: make it a refund") \
    X(REV_CARD_INSERTED, 5007, DECLINED, "卡已插入电表，不能冲正", "The card has been in the meter: no reversal") \
    X(REV_CARD_MISSING, 5008, DECLINED, "卡表购电冲正须出示原卡", "Show the card to reverse a card purchase") \
    X(REV_REMITTED, 5009, DECLINED, "款项已解缴，不能冲正", "Remitted already: no reversal")        \
    X(REV_ADVANCE_USED, 5010, DECLINED, "预收已使用，不能冲正", "The advance is used: no reversal") \
    X(REV_OTHER_OPERATOR, 5011, DECLINED, "不能冲正他人的交易", "Another operator's payment")       \
    X(REV_KIND, 5012, DECLINED, "此类交易不能冲正", "This kind of transaction cannot be reversed")  \
    X(REV_CUSTOMER, 5013, DECLINED, "户号与原交易不符", "The customer differs from the original's") \
    X(REFUND_NOT_APPROVED, 5014, DECLINED, "退费尚未审批，或已办理",                                \
      "The refund is not approved, or was carried out already")                                     \
    X(REFUND_CASH, 5015, DECLINED, "收取的现金不足以退费，请收款后再办理，或申请转账退费",          \
      "There is less cash than the refund: collect first, or ask for a refund by transfer")         \
    X(REFUND_OWN, 5016, DECLINED, "审批人不能办理自己审批的退费", "Who approved a refund does not carry it out") \
    X(TRACE_REUSED, 6001, DECLINED, "终端流水号已用于另一笔交易，请换新流水号",                     \
      "The trace number was used for another transaction: take a new one")                          \
    X(ABSENT, 6002, DECLINED, "交易不存在", "The transaction does not exist")                       \
    X(VOIDED, 6003, DECLINED, "此流水号已因查询作废，请换新流水号重新办理",                         \
      "The trace number was made void by an inquiry: start again with a new one")                   \
    X(NO_RECEIPT, 6004, DECLINED, "该交易没有凭证", "The transaction has no receipt")               \
    X(PAGE_OLD, 6005, DECLINED, "此页打开后该客户又有交易，或营业日已切换。本次未收费，请重新查询后再办理",   \
      "Since this page was opened the customer had another transaction, or the business date moved. "  \
      "Nothing was collected: query again")                                                         \
    X(REMIT_NONE, 7001, DECLINED, "没有可解缴的批次，请先交班或签退",                               \
      "Nothing can be remitted: close the shift, or sign off, first")                              \
    X(REMIT_AMOUNT, 7002, DECLINED, "解缴金额与应解缴金额不符", "The amount is not what is due")    \
    X(REMIT_BATCHES, 7003, DECLINED, "批次不连续、已解缴或未结束",                                  \
      "Batches that leave a gap, are remitted already, or are not closed")                          \
    X(REMIT_WAIT, 7004, DECLINED, "其中有冲正未完成，或退出的比收进的多，请稍后解缴",               \
      "Some of it is being reversed, or more was given back than taken: remit later")               \
    X(REMIT_BANK, 7005, DECLINED, "银行、回单号或缴款日期填写有误",                                 \
      "The bank, its slip's number or the date is not right")                                       \
    X(REMIT_ABSENT, 7006, DECLINED, "没有此解缴单", "There is no such remittance")                  \
    X(NO_BATCH, 7007, DECLINED, "没有此批次", "There is no such batch")                             \
    X(READING_NONE, 8001, DECLINED, "没有派给您的抄表任务", "There are no reading tasks for you")      \
    X(READING_OTHERS, 8002, DECLINED, "该抄表段已派给其他抄表员", "The route is another reader's")    \
    X(READING_NO_TASK, 8003, DECLINED, "没有此抄表任务，请先下载任务",                              \
      "There is no such reading task: download the tasks first")                                    \
    X(READING_BELOW, 8004, DECLINED, "本次示数小于上次示数，请核对；确实如此的，确认后再传",        \
      "The reading is below the last one: look again; if it is so, confirm it")                     \
    X(READING_FAR, 8005, DECLINED, "用电量远高于平常，请核对；确实如此的，确认后再传",              \
      "Far more was used than usual: look again; if it is so, confirm it")                          \
    X(READING_TAKEN, 8006, DECLINED, "该任务已有示数，不能改为别的",                                \
      "The task has a reading already, which cannot become another")                                \
    X(BUSY, 9001, ERROR, "系统繁忙，请用同一流水号重试", "Busy: try again with the same trace number") \
    X(UPSTREAM_DOWN, 9002, ERROR, "营销系统暂不可用，未受理，请稍后用同一流水号重试",               \
      "The marketing system is not available; nothing was taken. Try later with the same trace number") \
    X(INTERNAL, 9003, ERROR, "系统内部错误，未受理，请用同一流水号重试",                            \
      "Internal error; nothing was taken. Try again with the same trace number")                    \
    X(STORE_FULL, 9004, ERROR, "存储空间不足，未受理，请通知管理员",                                \
      "The store is full; nothing was taken. Tell the administrator")                               \
    X(OPERATOR_UNKNOWN, 9005, ERROR, "操作员不存在、已停用或未绑定此终端",                          \
      "The operator does not exist, is disabled, or is not bound to this terminal")                 \
    X(NO_ACCOUNT, 9006, ERROR, "操作员没有收费账户", "The operator has no collecting account")      \
    X(TERMINAL_DISABLED, 9007, ERROR, "终端已停用", "The terminal is disabled")                     \
    X(TOO_MANY, 9008, ERROR, "请求过于频繁，请稍后重试", "Too many requests: try later")
/* clang-format on */

enum gt_outcome {
#define GT_X(name, number, class, zh, en) GT_OUT_##name = number,
    GT_OUTCOMES(GT_X)
#undef GT_X
};

struct gt_outcome_info {
    enum gt_outcome number; /* what terminals get as ResultCode */
    enum gt_class class;
    const char *name; /* "NO_CREDIT": for logs, adapters and documents */
    const char *zh;
    const char *en;
};

/* The entry of a number; that of INTERNAL if there is none.  Static. */
const struct gt_outcome_info *gt_outcome_info(enum gt_outcome number);
/* The entry called `name`, NULL if there is none.  Static. */
const struct gt_outcome_info *gt_outcome_find(const char *name);
/* Entry `i` of the table in its order, NULL behind the last.  Static. */
const struct gt_outcome_info *gt_outcome_at(size_t i);
/* "ok", "declined", "in_doubt", "error".  Static. */
const char *gt_class_name(enum gt_class class);

#endif
