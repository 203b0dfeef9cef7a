/*
 * Parameters: a typed registry in code, values in the store per organisation.
 *
 * A value that is set at an organisation holds for its subtree, until one is set further down.
 * Numbers only: texts are configuration (gridtill.xml).  History is in the operation log, under the
 * object "param NAME@ORG".
 */
#ifndef GT_ACCESS_PARAM_H
#define GT_ACCESS_PARAM_H

#include "access/by.h"

enum gt_param_unit {
    GT_UNIT_COUNT,
    GT_UNIT_MINUTES,
    GT_UNIT_HOURS,
    GT_UNIT_DAYS,
    GT_UNIT_FEN,
    GT_UNIT_PERCENT,
    GT_UNIT_CLOCK,  /* hour of the day */
    GT_UNIT_CHOICE, /* 0 … most, each with a word */
    GT_UNIT__MAX
};

/* X(name, key, unit, least, most, default, top only, Chinese name, English name, Chinese help,
 * English help).  The words of a choice are those of the console's page. */
/* clang-format off */
#define GT_PARAMS(X)                                                                               \
    X(PASSWORD_LEAST, "password.least", COUNT, 8, 64, 12, 1, "密码最短长度", "Least length of a password", \
      "新设密码至少多少个字符", "Characters that a new password has at least")                     \
    X(PASSWORD_KINDS, "password.kinds", COUNT, 1, 4, 1, 1, "密码字符种类", "Kinds of characters",  \
      "大写、小写、数字、符号中至少几类；等保常要求 3，ASVS 要求不限", "How many of capitals, small letters, digits, signs") \
    X(PASSWORD_DAYS, "password.days", DAYS, 0, 3650, 0, 1, "密码有效期", "Age of a password",      \
      "超过后登录须改密码；0 为不限", "After this a sign-in wants a new one; 0: never")            \
    X(LOCK_AFTER, "lock.after", COUNT, 3, 100, 5, 1, "连续失败几次后锁定", "Failures before a lock", \
      "密码或动态口令连续错误的次数", "Wrong passwords or codes in a row")                         \
    X(LOCK_MINUTES, "lock.minutes", MINUTES, 1, 1440, 1, 1, "首次锁定时长", "First lock",          \
      "此后每错一次加倍", "Doubles with each further failure")                                     \
    X(LOCK_MOST, "lock.most", MINUTES, 1, 1440, 60, 1, "最长锁定时长", "Longest lock",             \
      "加倍到此为止", "The doubling ends here")                                                    \
    X(OTP_WHO, "otp.who", CHOICE, 0, 2, 1, 1, "谁须使用动态口令", "Who needs one-time codes",      \
      "须使用的人，没有绑定动态口令时登录后先绑定", "Who needs them and has none enrols after the sign-in")                  \
    X(SESSION_IDLE, "session.idle", MINUTES, 2, 1440, 30, 1, "空闲多久后退出", "Idle end of a session", \
      "没有操作超过此时长须重新登录", "Without a request for this long one is signed out")         \
    X(SESSION_MOST, "session.most", HOURS, 1, 168, 12, 1, "登录最长时长", "Absolute end of a session", \
      "登录后超过此时长须重新登录", "After this one is signed out in any case")                    \
    X(CREDIT_SECOND, "credit.second", FEN, 0, 100000000000, 10000000, 0, "信用额审批起点", "Credit that wants a second person", \
      "信用额高于此数须他人审批", "A credit limit above this is approved by another person")       \
    X(CREDIT_WARN, "credit.warn", PERCENT, 0, 100, 80, 0, "信用额预警", "Credit warning",          \
      "已用超过此比例时提醒", "Shown where more than this share is used")                          \
    X(PERMIT_HOURS, "permit.hours", HOURS, 1, 168, 24, 0, "一次性许可有效期", "One-off permissions last", \
      "授予后多久失效", "After this a one-off permission is no longer good")                       \
    X(APPROVAL_DAYS, "approval.days", DAYS, 1, 90, 7, 1, "审批有效期", "Approvals wait",           \
      "超过后申请自动失效", "After this a request has expired")                                    \
    X(SHIFT_TERMINALS, "shift.terminals", CHOICE, 0, 1, 0, 0, "终端收费须先开班", "Terminals want a shift", \
      "操作员先开班，才能在终端收费。收费页面总是要求", "The operator opens one first. The cashier page always wants one") \
    X(RECON_DATES, "recon.dates", CHOICE, 0, 1, 0, 1, "仅日期不同的对账差异", "Differences of date alone", \
      "接口对账中金额与状态一致、仅记账日期不同的，是否自动视为一致", "Whether such differences with a marketing system are taken as agreed") \
    X(BOOKS_HOUR, "books.hour", CLOCK, 0, 23, 2, 1, "每日核对账务的时刻", "Hour of the check of the books", \
      "每天到此时刻自动核对全部账务，结果在工作台和健康页", "The worker has all books checked then. Dashboard and health tell what was found") \
    X(REPORT_DAY, "report.day", CHOICE, 0, 4, 2, 1, "日报做到哪一级", "Reports by day for", \
      "营业日日切后自动生成统计报表文件", "Files of statistics that the worker writes when a business date is closed") \
    X(REPORT_MONTH, "report.month", CHOICE, 0, 4, 2, 1, "月报做到哪一级", "Reports by month for", \
      "月末日切后自动生成统计报表文件", "Files of statistics that the worker writes when a month is closed") \
    X(REPORT_PARTS, "report.parts", CHOICE, 0, 2, 1, 1, "报表内容", "What reports hold", \
      "报表文件包含哪些统计", "Which statistics stand in the files") \
    X(READING_FAR, "reading.far", PERCENT, 0, 10000, 300, 1, "抄表用电量异常提醒", "A reading far above the usual", \
      "本次用电量超过平常的百分之几时，须确认后才上传；0 为不提醒", "Where more than this share of the usual was used, the reader confirms it; 0: never asked") \
    X(READING_DAYS, "reading.days", DAYS, 40, 3650, 400, 1, "抄表记录保留", "Readings are kept", \
      "超过后抄表任务与示数自动删除", "After this tasks and their readings are taken away")
/* clang-format on */

enum gt_param {
#define GT_X(name, key, unit, least, most, def, top, zh, en, zh_help, en_help) GT_PARAM_##name,
    GT_PARAMS(GT_X)
#undef GT_X
        GT_PARAM__MAX
};

struct gt_param_info {
    const char *key;
    enum gt_param_unit unit;
    int64_t least, most, standard; /* range, and the value where none is set */
    bool top;                      /* only at the organisation at the top */
    const char *zh, *en;           /* name */
    const char *zh_help, *en_help;
};

#define GT_SETTING_COLS(KI, KT, I, T) KI(id) KI(org_id) KT(name, 33) I(setting) I(version)
struct gt_setting {
    GT_ROW_STRUCT(GT_SETTING_COLS)
};
extern const struct gt_row gt_setting_row;

/* The entry of a parameter.  Static.  And the parameter called `key`; false if there is none. */
const struct gt_param_info *gt_param_info(enum gt_param param);
bool gt_param_find(const char *key, enum gt_param *param);
/* "分钟" or "minutes"; static. */
const char *gt_param_unit_name(enum gt_param_unit unit, bool english);

/* In a transaction: the value that holds at an organisation (path "" for what holds at the top). */
int64_t gt_param_get(struct gt_tx *tx, enum gt_param param, const char *path);

/* What a page shows of one parameter at one organisation. */
struct gt_param_view {
    int64_t value;   /* that holds here */
    int64_t from_id; /* organisation that set it, 0: the default */
    int64_t version; /* of the row set here, 0: inherited */
};
/* In a transaction. */
void gt_param_look(struct gt_tx *tx, enum gt_param param, const struct gt_org *org,
                   struct gt_param_view *view);

/* In a transaction: values set below an organisation, not at it, GT_PARAM_BELOW at most; gives how
 * many. */
#define GT_PARAM_BELOW 50
size_t gt_param_below(struct gt_tx *tx, enum gt_param param, const struct gt_org *org,
                      struct gt_setting settings[GT_PARAM_BELOW]);

/* Sets a value at an organisation, or with `clear` takes it away, so that what is above holds
 * again. Wants param.manage there.  `version` as gt_param_look() gave it.  Field: the parameter's
 * key. */
enum gt_err gt_param_put(const struct gt_by *by, enum gt_param param, int64_t org_id, bool clear,
                         int64_t value, int64_t version, struct gt_refusal *no) GT_CHECK;

#endif
