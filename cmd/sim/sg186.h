/*
 * The SG186 dialect on the wire: a request out of its SOAP envelope, an answer into one.
 *
 * Nothing here knows what a meter or a bill may do; doc/sg186.md tells both halves.
 */
#ifndef GT_SIM_SG186_H
#define GT_SIM_SG186_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GT_SG_KEY_MAX                                                                              \
    33                     /* serials and numbers of customers, meters, cards, bills, with the end \
                            */
#define GT_SG_BILLS_MAX 36 /* bills in one request or answer */
#define GT_SG_MACS      4
#define GT_SG_TASKS_MAX 50 /* reading tasks in one answer, readings in one request */

enum gt_sg_op {
    GT_SG_QUERY,
    GT_SG_PAY,
    GT_SG_RECHARGE,
    GT_SG_OPEN,
    GT_SG_REPLACE,
    GT_SG_REWRITE,
    GT_SG_CONFIRM,
    GT_SG_REVERSE,
    GT_SG_INQUIRE,
    GT_SG_TOTALS,
    GT_SG_STATEMENT, /* a file, not an envelope */
    GT_SG_REFUND,    /* a reversal on a later date */
    GT_SG_SEARCH,    /* customers by name and address */
    GT_SG_TASKS,     /* meters to be read */
    GT_SG_READINGS,  /* what they showed */
    GT_SG_OP__MAX
};

/* X(name, number, text): every `retcode` of the dialect that the stand-in gives. */
#define GT_SG_CODES(X)                                        \
    X(DONE, 1001, "成功")                                     \
    X(NO_RECORD, 1003, "没有符合条件的记录")                  \
    X(NO_CUSTOMER, 1004, "没有该用户")                        \
    X(CUSTOMER_DIFFERS, 1005, "流水号与用户编号不符")         \
    X(TOTAL_DIFFERS, 1007, "总金额不符")                      \
    X(NEXT_DAY, 1015, "不允许隔日冲正")                       \
    X(NO_PARTIAL, 1035, "不允许部分缴费")                     \
    X(CARD_CUSTOMER, 1039, "购电用户，请购电")                \
    X(ELSEWHERE, 1040, "该用户正在走收")                      \
    X(PAID, 1044, "电费已缴清")                               \
    X(CLEARING, 1090, "系统正在日终清算")                     \
    X(NOT_CARD, 1099, "非购电用户")                           \
    X(DUPLICATE, 11004, "交易流水号重复")                     \
    X(AMOUNT_RANGE, 11005, "金额超出允许范围")                \
    X(REVERSED, 11007, "该交易已冲正")                        \
    X(AMOUNT_DIFFERS, 11008, "金额与原交易不符")              \
    X(NO_PAYMENT, 11009, "原交易不存在或不可冲正")            \
    X(ADVANCE_USED, 11062, "预收已使用，不允许冲正")          \
    X(NOT_WRITTEN, 11204, "上次购电未写卡，请补写卡")         \
    X(BLANK_CARD, 11208, "空白卡或未读卡")                    \
    X(NOT_INSERTED, 11209, "卡未插表，请先插表")              \
    X(COUNT_DIFFERS, 11211, "卡内购电次数与系统不符")         \
    X(METER_DIFFERS, 11213, "表号不符")                       \
    X(ARREARS, 11214, "用户有欠费，请先缴费")                 \
    X(ALREADY_WRITTEN, 11215, "已写卡成功，不允许补写卡")     \
    X(REWRITE_COUNT, 11216, "卡内购电次数不符，不允许补写卡") \
    X(ALREADY_OPEN, 11217, "已开户")                          \
    X(NOT_OPEN, 11218, "未开户")                              \
    X(OLD_CARD, 11219, "该卡已补换，不能使用")                \
    X(OTHER_CARD, 11220, "不是该用户的卡")                    \
    X(NO_PURCHASE, 11222, "没有购电记录")                     \
    X(ROUTE_TAKEN, 11301, "该抄表段已派给其他抄表员")         \
    X(NO_TASK, 11302, "没有该抄表任务")                       \
    X(READ_ALREADY, 11303, "该任务已有示数")                  \
    X(READ_BELOW, 11304, "本次示数小于上次示数")              \
    X(INTERNAL, 9999, "系统内部错误")

enum gt_sg_code {
#define GT_X(name, number, text) GT_SG_##name = number,
    GT_SG_CODES(GT_X)
#undef GT_X
};

/* A card as the other side read it. */
struct gt_sg_card {
    char serial[GT_SG_KEY_MAX]; /* kxlh, "" if no card was shown */
    char meter[GT_SG_KEY_MAX];  /* kbh, "" on a blank card */
    int64_t count;              /* gdcs */
    char return_file[513];      /* fhwj, hex */
    char random[65];            /* sjs, hex; there whenever a card was shown */
};

/* A meter to be read, and what was read.  Meters show hundredths of a kWh. */
struct gt_sg_task {
    char number[GT_SG_KEY_MAX]; /* rwbs */
    char customer[GT_SG_KEY_MAX];
    char name[64];
    char address[128];
    char meter[GT_SG_KEY_MAX];
    int64_t last_read; /* scsd */
    int64_t last_date; /* sccbrq */
    int64_t usual;     /* yjdl */
    int64_t reading;   /* bcsd */
    int64_t date;      /* cbrq */
    int64_t confirmed; /* qrbz */
    int64_t code;      /* jgdm */
};
struct gt_sg_tasks {
    int n;
    bool more;      /* hybz */
    char route[9];  /* cbdbh */
    int64_t period; /* dfny */
    struct gt_sg_task all[GT_SG_TASKS_MAX];
};

struct gt_sg_request {
    enum gt_sg_op op;
    char serial[GT_SG_KEY_MAX];      /* jylsh */
    char orig_serial[GT_SG_KEY_MAX]; /* yjylsh */
    char customer[GT_SG_KEY_MAX];    /* yhbh */
    char meter[GT_SG_KEY_MAX];       /* dbbh */
    char card_no[GT_SG_KEY_MAX];     /* kh */
    char operator_no[GT_SG_KEY_MAX]; /* czybh */
    char terminal_no[GT_SG_KEY_MAX]; /* zdbh */
    char method[9];                  /* jsfs */
    char words[121];                 /* gjz */
    char reason[241];                /* yy, bkyy */
    int64_t biz_date;                /* zwrq */
    int64_t amount;                  /* jfje, fen */
    int64_t fee;                     /* bkfy, fen */
    int64_t written;                 /* xkjg */
    struct gt_sg_card card;
    int nbills;                                 /* zdmx */
    char bills[GT_SG_BILLS_MAX][GT_SG_KEY_MAX]; /* ysbs */
    char route[GT_SG_KEY_MAX];                  /* cbdbh */
    char after[GT_SG_KEY_MAX];                  /* rwbs, of TASKS */
    /* TASKS and READINGS: what was sent, and what is answered.  NULL for all others, which pay
     * nothing for it. */
    struct gt_sg_tasks *tasks;
};

struct gt_sg_bill {
    char number[GT_SG_KEY_MAX]; /* ysbs */
    int64_t period;             /* dfny, yyyymm */
    int64_t kwh;                /* dl, hundredths */
    int64_t amount;             /* ysje, fen with late fee */
    int64_t late_fee;           /* wyjje, fen */
};

/* What is to be written to a card; all text is hex. */
struct gt_sg_packet {
    bool present;
    char data[193];           /* xksj */
    char mac[GT_SG_MACS][17]; /* mac1 … mac4 */
};

enum gt_sg_fate {
    GT_SG_FATE_NONE, /* not an inquiry */
    GT_SG_FATE_POSTED = 1,
    GT_SG_FATE_REFUSED = 2,
    GT_SG_FATE_ABSENT = 3,
    GT_SG_FATE_REVERSED = 4
};

/* A customer that a search found. */
struct gt_sg_found {
    char customer[GT_SG_KEY_MAX];
    char name[64];
    char address[128];
    char meter[GT_SG_KEY_MAX];
    int kind;
};
#define GT_SG_FOUND_MAX 10

struct gt_sg_answer {
    enum gt_sg_op op;
    int64_t code;   /* retcode */
    char text[200]; /* retmsg */
    /* Inquiry. */
    enum gt_sg_fate fate;  /* jyzt */
    enum gt_sg_op orig_op; /* posted: what it was, whose fields follow */
    int64_t orig_code;     /* ycode */
    char orig_text[200];   /* ymsg */
    /* Done. */
    char customer[GT_SG_KEY_MAX];
    char name[64];     /* yhmc */
    char address[128]; /* yddz */
    char meter[GT_SG_KEY_MAX];
    int kind;             /* yhlx */
    bool opened;          /* khbz */
    int64_t total;        /* hjje */
    int64_t late_fee;     /* hjwyj */
    int64_t advance;      /* hjys */
    int64_t least;        /* zxje */
    int64_t greatest;     /* zdje */
    int64_t count;        /* gdcs */
    char ref[40];         /* sgls */
    int64_t up_date;      /* zwrq */
    int64_t advance_part; /* bcys */
    int64_t day_count;    /* jybs */
    int64_t day_amount;   /* jyje */
    int nbills;
    struct gt_sg_bill bills[GT_SG_BILLS_MAX];
    struct gt_sg_packet packet;
    bool more;  /* hybz */
    int nfound; /* yhmx */
    struct gt_sg_found found[GT_SG_FOUND_MAX];
};

/* "pay" for GT_SG_PAY.  Static.  And back: false if there is none. */
const char *gt_sg_op_name(enum gt_sg_op op);
bool gt_sg_op_find(const char *name, enum gt_sg_op *op);
/* Whether a request of this kind may move money, so that faults concern it. */
bool gt_sg_op_moves_money(enum gt_sg_op op);
/* The text of a code, that of 9999 if there is no such code.  Static. */
const char *gt_sg_code_text(int64_t code);

/* Reads a request out of its envelope; gt_sg_done() when it is answered.  GT_ERR_SYNTAX with the
 * field as context: not XML
 * (`*wellformed` is false), no envelope, an unknown operation, a field missing or of a wrong form.
 */
enum gt_err gt_sg_parse(const char *data, size_t len, struct gt_sg_request *req,
                        bool *wellformed) GT_CHECK;

void gt_sg_done(struct gt_sg_request *req);

/* Appends the envelope of an answer, or of a SOAP Fault that says `why`. */
enum gt_err gt_sg_render(const struct gt_sg_request *req, const struct gt_sg_answer *ans,
                         struct gt_buf *out) GT_CHECK;
enum gt_err gt_sg_render_fault(const char *why, struct gt_buf *out) GT_CHECK;

#endif
