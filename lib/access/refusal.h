/*
 * Refusals: why a change that somebody asked for was not made, in words for people.
 *
 * A function that changes something for a person gives GT_OK when it is done.  A refusal gives the
 * gt_err of its table entry and fills a struct gt_refusal: reason, the field it is about, figures.
 * Any other gt_err is a failure, and leaves `why` at GT_WHY_NONE.  Terminals never see these; their
 * table is base/outcome.h.
 */
#ifndef GT_ACCESS_REFUSAL_H
#define GT_ACCESS_REFUSAL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, gt_err, Chinese, English).  {n} is the number, {money} the number as yuan, {what} the
 * text of the refusal. */
/* clang-format off */
#define GT_REFUSALS(X)                                                                             \
    X(NONE, GT_OK, "", "")                                                                         \
    X(ABSENT, GT_ERR_ABSENT, "没有此对象", "There is no such thing")                               \
    X(NO_RIGHT, GT_ERR_DENIED, "您没有“{what}”的权限", "You do not have the right \"{what}\"")     \
    X(NOT_HELD, GT_ERR_DENIED, "您自己没有“{what}”的权限，不能授予他人",                           \
      "You cannot grant \"{what}\", which you do not hold yourself")                               \
    X(CHANGED, GT_ERR_DENIED, "他人刚刚修改过，请核对后再保存",                                   \
      "Somebody else has changed it meanwhile: look again, then save")                             \
    X(CODE_FORM, GT_ERR_SYNTAX, "只能用字母、数字和 {what}，1 到 {n} 个字符",                      \
      "1 to {n} letters, digits and {what}")                                                       \
    X(NAME_FORM, GT_ERR_SYNTAX, "请填写 1 到 {n} 个字符", "Give 1 to {n} characters")              \
    X(TAKEN, GT_ERR_EXISTS, "“{what}”已被使用", "{what} is taken already")                     \
    X(KIND_PLACE, GT_ERR_DENIED, "这类机构不能放在“{what}”之下", "This kind cannot stand below {what}") \
    X(BELOW_ITSELF, GT_ERR_DENIED, "不能移到自己的下级", "It cannot be moved below itself")        \
    X(TOP, GT_ERR_DENIED, "最上级机构不能移动或停用", "The bureau at the top can neither be moved nor disabled") \
    X(TOO_MANY, GT_ERR_TOOBIG, "一次最多移动 {n} 个机构，请分批移动",                             \
      "{n} organisations move at once at most: move its parts")                                    \
    X(SECOND, GT_ERR_DENIED, "超过 ¥{money} 的信用额须他人审批，请先建立再申请提高",               \
      "A limit above ¥{money} is approved by another person: make it with less, then ask for more") \
    X(TOO_DEEP, GT_ERR_TOOBIG, "机构层级太深", "The tree would be too deep")                       \
    X(OPEN_TXNS, GT_ERR_DENIED, "还有 {n} 笔交易未完成，请待其有结果后再办理",                     \
      "{n} transactions are still in flight or in doubt: wait for their results")                  \
    X(MONEY_OUT, GT_ERR_DENIED, "还有 ¥{money} 未解缴，请先解缴", "¥{money} are not remitted: remit first") \
    X(MONEY_IN, GT_ERR_DENIED, "还有预存款 ¥{money}，请先退还或用完",                              \
      "There is a deposit of ¥{money}: pay it back or use it up first")                            \
    X(BATCHES, GT_ERR_DENIED, "还有 {n} 个批次未结，请先签退", "{n} batches are open: sign off first") \
    X(SHIFTS, GT_ERR_DENIED, "还有 {n} 个班没有交班，请先交班", "{n} shifts are not closed: close them first") \
    X(SLIPS_ON_WAY, GT_ERR_DENIED, "还有 {n} 张解缴单没有确认，请先确认或退回",                    \
      "{n} slips are not confirmed: confirm or return them first")                                 \
    X(SAFE, GT_ERR_DENIED, "金库中还有 ¥{money}，请先上缴", "¥{money} are in the safe: remit them first") \
    X(USER_SHIFT, GT_ERR_DENIED, "其第 {n} 班还没有交班，请先交班，或由有权的人代为清点交班；要立即阻止其使用，请重置密码", \
      "Shift {n} is not closed: it is closed first, by who may close others' if need be. To keep them out at once, reset the password") \
    X(TERMINAL_SHIFT, GT_ERR_DENIED, "有人正用此终端当班，请先交班；要立即停止收费，请更换密钥",    \
      "A shift collects on this terminal: close it first. To stop it at once, make a new secret")  \
    X(DISABLED_ABOVE, GT_ERR_DENIED, "上级机构“{what}”已停用", "{what} above it is disabled")      \
    X(OUTRANKED, GT_ERR_DENIED, "该用户持有您没有的权限，请由上级办理",                            \
      "The user holds rights that you do not: ask somebody above you")                             \
    X(IS_SELF, GT_ERR_DENIED, "不能对自己这样做", "You cannot do this to yourself")                \
    X(ROLE_ORG, GT_ERR_DENIED, "代理角色只属于代理商机构，其他角色不属于代理商",                   \
      "Staff of an agent belong to an agent organisation, others do not")                          \
    X(BUILT_IN, GT_ERR_DENIED, "内置角色不能修改", "A built-in role cannot be changed")            \
    X(ROLE_USED, GT_ERR_DENIED, "还有 {n} 处授权使用此角色", "{n} grants use this role")           \
    X(GRANTED, GT_ERR_EXISTS, "该用户在此机构已有此角色", "The user has this role there already") \
    X(GRANT_MANY, GT_ERR_FULL, "一个用户最多 {n} 项授权", "A user has {n} grants at most")         \
    X(SIGN_IN, GT_ERR_DENIED, "用户名或密码不正确，或该用户已被暂时锁定",                          \
      "Wrong name or password, or the user is locked for a while")                                 \
    X(SESSION, GT_ERR_DENIED, "登录已失效，请重新登录", "You are signed out: sign in again")       \
    X(CODE_WRONG, GT_ERR_DENIED, "动态口令不正确或已使用", "The code is wrong, or was used already") \
    X(OTP_ON, GT_ERR_DENIED, "动态口令已绑定，如需更换请联系管理员解绑",                            \
      "One-time codes are on already: ask an administrator to take them away first")               \
    X(OTP_NONE, GT_ERR_DENIED, "尚未开始绑定动态口令", "Enrolment has not begun")                  \
    X(PASSWORD_OLD, GT_ERR_DENIED, "原密码不正确", "The old password is wrong")                    \
    X(PASSWORD_SHORT, GT_ERR_SYNTAX, "密码至少 {n} 个字符", "A password has at least {n} characters") \
    X(PASSWORD_LONG, GT_ERR_SYNTAX, "密码最多 {n} 个字节", "A password has at most {n} bytes")     \
    X(PASSWORD_KINDS, GT_ERR_SYNTAX, "密码须含大写字母、小写字母、数字、符号中的至少 {n} 类",      \
      "A password has at least {n} of: capitals, small letters, digits, signs")                    \
    X(PASSWORD_NAME, GT_ERR_SYNTAX, "密码不能包含用户名", "A password does not contain the login") \
    X(PASSWORD_SAME, GT_ERR_SYNTAX, "新密码不能与原密码相同", "The new password is the old one")   \
    X(PASSWORD_COMMON, GT_ERR_SYNTAX, "这个密码太常见，请换一个", "Too many people use this password: take another") \
    X(MONEY_FORM, GT_ERR_RANGE, "金额不能小于零", "An amount is not below zero")                   \
    X(MONEY_ZERO, GT_ERR_RANGE, "金额须大于零", "An amount is above zero")                         \
    X(QUOTA, GT_ERR_DENIED, "超出“{what}”获得的额度，还可授予 ¥{money}",                           \
      "More than {what} was granted: ¥{money} are left to grant")                                  \
    X(QUOTA_GIVEN, GT_ERR_DENIED, "已向下级授予 ¥{money}，额度不能低于此数",                       \
      "¥{money} are granted below already: not less than that")                                    \
    X(REASON, GT_ERR_SYNTAX, "请填写原因", "Give a reason")                                        \
    X(PARAM_RANGE, GT_ERR_RANGE, "取值范围 {what}", "The range is {what}")                         \
    X(PARAM_FORM, GT_ERR_SYNTAX, "须为整数", "A whole number is wanted")                           \
    X(PARAM_TOP, GT_ERR_DENIED, "此参数只在最上级机构设置", "This parameter is set at the top only") \
    X(OWN_APPROVAL, GT_ERR_DENIED, "申请人不能审批自己的申请", "Who asks cannot decide")           \
    X(DECIDED, GT_ERR_DENIED, "此申请已有结果", "It is decided already")                          \
    X(EXPIRED, GT_ERR_DENIED, "此申请已过期，请重新申请", "It has expired: ask again")             \
    X(STALE, GT_ERR_DENIED, "申请之后情况已变化，请重新申请",                                     \
      "What it was about has changed since: ask again")                                            \
    X(BOUND, GT_ERR_EXISTS, "此操作员已绑定该终端", "The operator is bound to the terminal already") \
    X(NOT_BOUND, GT_ERR_ABSENT, "此操作员未绑定该终端", "The operator is not bound to the terminal") \
    X(PERMIT_MOST, GT_ERR_DENIED, "一次性许可最多 ¥{money}，更高的请申请提高信用额",               \
      "A one-off permission is for ¥{money} at most: ask for a higher limit instead")              \
    X(NOT_IN_DOUBT, GT_ERR_DENIED, "此交易已有结果，不需要认定",                                   \
      "The transaction is decided: there is nothing left to decide")                               \
    X(IN_FLIGHT, GT_ERR_DENIED, "此交易还在办理中，请稍候再试",                                   \
      "The transaction is still being worked on: wait a moment")                                   \
    X(ASKED_BEFORE, GT_ERR_EXISTS, "此交易已有人申请认定，正在等待审批",                           \
      "A decision of this transaction was asked for already, and waits for approval")              \
    X(NO_PACKET, GT_ERR_DENIED, "购电卡业务没有写卡数据，不能认定为成功，请待营销系统答复",         \
      "There is nothing to write on the card: it cannot be decided as posted, wait for upstream") \
    X(IMPORT_UTF8, GT_ERR_SYNTAX, "文件须为 XLSX，或 UTF-8 编码的 CSV：在 Excel 中另存为“CSV UTF-8（逗号分隔）”", \
      "The file must be XLSX, or CSV in UTF-8: in Excel save it as \"CSV UTF-8\"")                          \
    X(IMPORT_BOOK, GT_ERR_SYNTAX, "这个 XLSX 文件已损坏或加了密码，请用 Excel 打开后另存一份", \
      "This workbook is damaged or has a password: open it in Excel and save it anew") \
    X(IMPORT_FORM, GT_ERR_SYNTAX, "第 {n} 行不是正确的 CSV：引号未闭合，或单元格比列名多",          \
      "Line {n} is no CSV: a quote is not closed, or there are more cells than columns")           \
    X(IMPORT_HEAD, GT_ERR_SYNTAX, "第一行缺少列名“{what}”", "The first line lacks the column {what}") \
    X(IMPORT_COLUMN, GT_ERR_SYNTAX, "没有名为“{what}”的列，或重复", "There is no column {what}, or it stands there twice") \
    X(IMPORT_MANY, GT_ERR_TOOBIG, "一个文件最多 {n} 行，请拆分成几个文件，上级机构在前",            \
      "A file has {n} lines at most: split it, organisations above first")                         \
    X(IMPORT_EMPTY, GT_ERR_SYNTAX, "文件中没有数据行", "The file has no lines below the columns' names") \
    X(IMPORT_KIND, GT_ERR_SYNTAX, "没有“{what}”这个类别", "There is no kind {what}")               \
    X(IMPORT_LIMIT, GT_ERR_SYNTAX, "信用额只用于代理商和收费员", "A limit is for an agent or a cashier") \
    X(IMPORT_BELOW, GT_ERR_ABSENT, "没有编码为“{what}”的上级机构", "There is no organisation {what}") \
    X(IMPORT_ABOVE, GT_ERR_ABSENT, "上级机构在第 {n} 行，该行有误或排在后面",                       \
      "The organisation above is in line {n}, which is wrong or comes later")                      \
    X(IMPORT_ROLE, GT_ERR_ABSENT, "没有编码为“{what}”的角色", "There is no role {what}")             \
    X(KEY_FORM, GT_ERR_SYNTAX, "此页面已失效，请重新打开", "The page is too old: open it again")    \
    X(KEY_USED, GT_ERR_DENIED, "此页面已提交过别的内容，请重新打开",                               \
      "The page was sent before with other content: open it again")                                \
    X(NO_ACCOUNT, GT_ERR_DENIED, "您没有收费账户", "You have no account to collect on")            \
    X(FLOAT, GT_ERR_RANGE, "备用金为 0 到 ¥{money}", "A float is 0 to ¥{money}")                   \
    X(SHIFT_OPEN, GT_ERR_DENIED, "第 {n} 班还没有交班：请先清点现金并交班，再开新班",              \
      "Shift {n} is still open: count its cash and close it before you open another")              \
    X(SHIFT_COUNTED, GT_ERR_DENIED, "第 {n} 班已清点、还没有交班：请先确认交班，再开新班",          \
      "Shift {n} is counted and not closed: close it before you open another")                     \
    X(SHIFT_UNCOUNTED, GT_ERR_DENIED, "第 {n} 班还没有清点现金：请先清点，再交班",                 \
      "Shift {n} is not counted: count its cash first")                                            \
    X(NO_SHIFT, GT_ERR_DENIED, "没有开班：请先开班，钱放入钱箱后再登记", "No shift is open: open one, and put the money into its drawer") \
    X(TOLD_BEFORE, GT_ERR_DENIED, "这笔现金先前已登记，不能改", "It was told before what became of this cash, and cannot be changed") \
    X(SHIFT_CLOSED, GT_ERR_DENIED, "第 {n} 班已经交班", "Shift {n} is closed already")             \
    X(COUNT_RANGE, GT_ERR_RANGE, "张数为 0 到 {n}", "The number of pieces is 0 to {n}")            \
    X(APART, GT_ERR_RANGE, "另存金额不能超过清点金额，也不能超过未决交易的现金 ¥{money}",           \
      "No more is set apart than was counted, and than the cash in doubt, ¥{money}")               \
    X(NOTE, GT_ERR_SYNTAX, "有长款或短款，请说明原因", "Over or short: say why")                   \
    X(SHORT_LESS, GT_ERR_RANGE, "短款只有 ¥{money}", "Only ¥{money} are short")                    \
    X(REMIT_NONE, GT_ERR_DENIED, "没有可解缴的批次：请先交班或签退",                               \
      "Nothing can be remitted: close the shift, or sign off, first")                              \
    X(REMIT_AMOUNT, GT_ERR_RANGE, "应解缴 ¥{money}", "¥{money} are due")                           \
    X(REMIT_GAP, GT_ERR_DENIED, "{what} 须从第 {n} 批开始解缴，中间不能有遗漏",                     \
      "{what} is remitted from number {n} on: nothing may be left out")                            \
    X(REMIT_OVERLAP, GT_ERR_DENIED, "{what} 第 {n} 批之前的已经解缴",                              \
      "{what} is remitted up to before number {n} already")                                        \
    X(REMIT_CLOSED, GT_ERR_DENIED, "{what} 第 {n} 批还没有结束：请先交班或签退",                   \
      "{what}: number {n} is not closed: close the shift, or sign off, first")                     \
    X(REMIT_REVERSING, GT_ERR_DENIED, "其中 {n} 笔正在冲正，请待其有结果",                         \
      "{n} of the transactions are being reversed: wait for the results")                          \
    X(REMIT_BELOW, GT_ERR_DENIED, "退出的比收进的多 ¥{money}，请与后面的批次一起解缴",             \
      "¥{money} more was given back than taken: remit it together with what follows")              \
    X(REMIT_ORDER, GT_ERR_DENIED, "请先处理第 {n} 号解缴单：解缴单按顺序接收，从最后一张退回",      \
      "Slip {n} comes first: slips are received in their order, and returned from the last one")   \
    X(OWN_SLIP, GT_ERR_DENIED, "不能确认自己的解缴单", "Nobody confirms their own slip")           \
    X(SLIP_STATE, GT_ERR_DENIED, "此解缴单{what}，不能这样处理", "The slip is {what}: this cannot be done to it") \
    X(RECON_DATE, GT_ERR_RANGE, "请填写不晚于当前营业日期的日期", "Give a date not after the business date") \
    X(BANK_DATE, GT_ERR_RANGE, "请填写正确的缴款日期", "Give the date of the payment")             \
    X(ITEM_ACTION, GT_ERR_DENIED, "此差错不能这样处理：{what}", "This cannot be done with the item: {what}") \
    X(ITEM_ASKED, GT_ERR_EXISTS, "此差错已有处理申请，正在等待审批",                               \
      "An action on this item was asked for already, and waits")                                   \
    X(ITEM_NOTE, GT_ERR_SYNTAX, "请填写备注，最多 {n} 个字", "Write a note of {n} characters at most") \
    X(ATTACH_TYPE, GT_ERR_SYNTAX, "只收 PNG、JPEG 图片或 PDF，这个文件不是，或不完整",              \
      "Only whole PNG or JPEG pictures and PDF files are taken: this is none")                     \
    X(ATTACH_BIG, GT_ERR_TOOBIG, "文件最大 {n} MB，请缩小后再上传",                                \
      "A file has {n} MB at most: make it smaller first")                                          \
    X(ATTACH_MANY, GT_ERR_FULL, "最多 {n} 个附件", "There are {n} attachments already, which are the most") \
    X(REFUND_KIND, GT_ERR_DENIED, "只有成功的缴费、充值和开户可以退费，此笔不能，或已退",          \
      "Only a posted payment, recharge or opening can be refunded: this cannot, or was given back") \
    X(REFUND_AMOUNT, GT_ERR_DENIED, "与原交易金额不符", "The amount differs from the original's")  \
    X(REFUND_ASKED, GT_ERR_EXISTS, "此交易已有退费申请，正在等待审批或办理",                       \
      "A refund of this transaction was asked for already, and waits")                             \
    X(REFUND_PAID, GT_ERR_DENIED, "此退费没有待付的转账", "There is no transfer to make for this refund") \
    X(REFUND_PAYER, GT_ERR_DENIED, "申请人和办理人不能登记自己的退费转账",                         \
      "Who asked for the refund, or carried it out, does not enter its transfer") \
    X(DATE_ENDED, GT_ERR_DENIED, "此日已经日切，现在是 {n}", "That date has ended already: it is {n} now") \
    X(DATE_RANGE, GT_ERR_RANGE, "新日期须在原日期之后，最晚 {n}",                                  \
      "The date that begins is after the one that ends, and {n} at the latest")                    \
    X(DATE_FOLLOWS, GT_ERR_DENIED, "{what} 随平台营业日日切，没有自己的清算日期",                   \
      "{what} follows the business date and has no clearing date of its own")                      \
    X(MINUTE, GT_ERR_RANGE, "时刻为 00:00 到 24:00", "A time of the day is 00:00 to 24:00")        \
    X(DAY_EARLY, GT_ERR_DENIED, "此营业日尚未日切，或汇总尚未完成，请稍后再申报",                   \
      "The date has not ended, or its figures are not put together yet: declare it later")         \
    X(DAY_NOTHING, GT_ERR_DENIED, "此机构及下级当日没有业务，不需要日结",                           \
      "There was no business on that date, here or below: there is nothing to close")              \
    X(DAY_SHIFTS, GT_ERR_DENIED, "还有 {n} 个班没有交班，请先交班", "{n} shifts are not closed: close them first") \
    X(DAY_BELOW, GT_ERR_DENIED, "下级还有 {n} 个机构没有确认日结，如“{what}”，请先办理",            \
      "{n} organisations below are not confirmed yet, {what} is one: they come first")             \
    X(DAY_STATE, GT_ERR_DENIED, "此日结{what}，不能这样处理", "The day close is {what}: this cannot be done to it") \
    X(DAY_NOTE, GT_ERR_SYNTAX, "仍有 {n} 项不符，请说明原因", "{n} businesses still differ: say why") \
    X(DAY_FIGURE, GT_ERR_RANGE, "笔数、金额不能小于零；没有笔数的不能有金额",                       \
      "Nothing below zero, and no money without a count")                                          \
    X(OWN_DAY, GT_ERR_DENIED, "申报人不能确认自己的日结", "Who declared a day does not confirm it") \
    X(DAY_ABOVE, GT_ERR_DENIED, "上级已申报当日日结，请先重开上级的",                               \
      "The level above has declared the date: that one is opened first")                           \
    X(DAY_ASKED, GT_ERR_EXISTS, "已有人申请重开，正在等待审批", "Opening it again was asked for already, and waits")
/* clang-format on */

enum gt_why {
#define GT_X(name, err, zh, en) GT_WHY_##name,
    GT_REFUSALS(GT_X)
#undef GT_X
        GT_WHY__MAX
};

/* One refusal.  Filled by the function that refuses; all of it is copied. */
struct gt_refusal {
    enum gt_why why;
    char field[33]; /* form field it is about, "" if none */
    int64_t n;      /* a number or fen */
    char what[300]; /* a name, a code */
    char what_en[300];
};

/* Fills `no` and this thread's context (the English text), and gives the entry's gt_err.  `what`
 * may be NULL; `no` too: then only the context is set. */
enum gt_err gt_refuse(struct gt_refusal *no, enum gt_why why, const char *field, int64_t n,
                      const char *what);
/* The same in a transaction, which fails with it; one that has failed already keeps its error, and
 * `no` stays as it is. */
struct gt_tx;
enum gt_err gt_tx_refuse(struct gt_tx *tx, struct gt_refusal *no, enum gt_why why,
                         const char *field, int64_t n, const char *what);
/* The same, where `what` has a Chinese and an English form. */
enum gt_err gt_refuse_named(struct gt_refusal *no, enum gt_why why, const char *field,
                            const char *zh, const char *en);
/* Writes its text, cut at `size`; gives `out` back. */
char *gt_refusal_text(const struct gt_refusal *no, bool english, char *out, size_t size);

#endif
