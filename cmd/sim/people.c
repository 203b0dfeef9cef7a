/*
 * Demo customers; see people.h.  All variety comes from one mixing function of the number, so that
 * documents and tests may quote a customer.
 */
#include "people.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Ranges of numbers, both ends included. */
static const struct range {
    int64_t first, last;
    enum gt_sim_kind kind;
} ranges[] = {
    {1000000000, 1000009999, GT_SIM_BILL},
    {2000000001, 2000009999, GT_SIM_CARD},
    {3000000001, 3000099999, GT_SIM_REMOTE},
};

#define FIRST_CUSTOMER 1000000001 /* the one that guides quote: one bill of 86.40 */

static const char *const families[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
                                       "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"};
static const char *const given_first[] = {"建", "志", "秀", "玉", "海",
                                          "晓", "文", "丽", "国", "春"};
static const char *const given_last[] = {"华", "明", "英", "兰", "军",
                                         "燕", "平", "红", "强", "梅"};
static const char *const streets[] = {"人民路", "解放路", "中山路", "建设路",
                                      "和平街", "新华街", "胜利路", "文化路"};
static const char *const estates[] = {"阳光小区",   "光明里", "幸福苑",
                                      "电力家属院", "锦绣园", "东风新村"};
static const int64_t periods[GT_SIM_PERSON_BILLS] = {202608, 202609, 202610};

#define PICK(list, n) ((list)[(n) % (sizeof(list) / sizeof((list)[0]))])

/* splitmix64's finisher: neighbours get quite different values. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static enum gt_sim_kind kind_of(const char *text, int64_t *number)
{
    if (strlen(text) != 10 || gt_int_parse(text, number)) {
        return GT_SIM_NOBODY;
    }
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (*number >= ranges[i].first && *number <= ranges[i].last) {
            return ranges[i].kind;
        }
    }
    return GT_SIM_NOBODY;
}

static void make_bill(struct gt_sim_person *who, int64_t number, int i, uint64_t m)
{
    struct gt_sg_bill *b = &who->bills[i];
    b->period = periods[GT_SIM_PERSON_BILLS - who->nbills + i];
    b->kwh = 5000 + (int64_t)(m % 40000);
    b->late_fee = i == who->nbills - 1 ? 0 : 40 + (int64_t)(m / 40000 % 400);
    b->amount = b->kwh * 5469 / 10000 + b->late_fee; /* 0.5469 yuan a kWh */
    snprintf(b->number, sizeof(b->number), "%" PRId64 "%" PRId64 "01", number, b->period);
}

static void make_bills(struct gt_sim_person *who, int64_t number, uint64_t m)
{
    who->nbills = 1 + (int)(m % GT_SIM_PERSON_BILLS);
    if (number % 10000 == 0 || number % 10 == 9) {
        who->nbills = 0;
    } else if (number == FIRST_CUSTOMER) {
        who->nbills = 1;
    }
    for (int i = 0; i < who->nbills; i++) {
        make_bill(who, number, i, mix(m + (uint64_t)i));
    }
    if (number == FIRST_CUSTOMER) {
        who->bills[0].kwh = 15542;
        who->bills[0].amount = 8640;
        who->bills[0].late_fee = 140;
    }
}

bool gt_sim_person_make(const char *text, struct gt_sim_person *who)
{
    int64_t number = 0;
    enum gt_sim_kind kind = kind_of(text, &number);
    if (kind == GT_SIM_NOBODY) {
        return false;
    }
    uint64_t m = mix((uint64_t)number);
    *who = (struct gt_sim_person){.kind = kind, .opened = true};
    snprintf(who->number, sizeof(who->number), "%" PRId64, number);
    snprintf(who->meter, sizeof(who->meter), "M%" PRId64, number);
    snprintf(who->name, sizeof(who->name), "%s%s%s", PICK(families, m), PICK(given_first, m >> 8),
             PICK(given_last, m >> 16));
    snprintf(who->address, sizeof(who->address), "城关区%s%d号%s%d栋%d单元%d%02d室",
             PICK(streets, m >> 24), 1 + (int)((m >> 28) % 200), PICK(estates, m >> 36),
             1 + (int)((m >> 40) % 20), 1 + (int)((m >> 45) % 4), 1 + (int)((m >> 50) % 18),
             1 + (int)((m >> 56) % 4));
    if (kind == GT_SIM_BILL) {
        make_bills(who, number, mix(m));
    } else if (kind == GT_SIM_CARD) {
        who->opened = number % 10 != 7;
        if (who->opened) {
            snprintf(who->card, sizeof(who->card), "C%" PRId64, number);
        }
    }
    return true;
}

/* Whether each of the words stands in the name or in the address. */
static bool matches(const struct gt_sim_person *who, const char *words)
{
    char word[64];
    while (*words) {
        size_t n = strcspn(words, " ");
        if (n >= sizeof(word)) {
            return false;
        }
        memcpy(word, words, n);
        word[n] = '\0';
        if (n > 0 && !strstr(who->name, word) && !strstr(who->address, word)) {
            return false;
        }
        words += n + (words[n] == ' ');
    }
    return true;
}

int gt_sim_people_find(const char *words, const char *after,
                       struct gt_sim_person found[GT_SIM_FOUND_MAX], bool *more)
{
    int n = 0;
    int64_t from = 0;
    *more = false;
    if (*after && gt_int_parse(after, &from)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        int64_t number = ranges[i].first > from ? ranges[i].first : from + 1;
        for (; number <= ranges[i].last; number++) {
            struct gt_sim_person who;
            char text[24];
            snprintf(text, sizeof(text), "%" PRId64, number);
            if (!gt_sim_person_make(text, &who) || !matches(&who, words)) {
                continue;
            }
            if (n == GT_SIM_FOUND_MAX) {
                *more = true;
                return n;
            }
            found[n++] = who;
        }
    }
    return n;
}
