/*
 * Filling a platform: what its parts share.  See fill.c.
 */
#ifndef GT_BENCH_FILL_H
#define GT_BENCH_FILL_H

#include "access/state.h"
#include "access/terminal.h"
#include "base/conf.h"
#include "till/account.h"
#include "till/txn.h"

/* The tree: counties below the bureau, stations below counties, agents below stations. */
#define COUNTIES 20
#define STATIONS 280
#define AGENTS   700
#define ORGS     (COUNTIES + STATIONS + AGENTS)

/* Who sells: cashiers of stations with an account each, and people of agents who share one. */
#define CASHIERS_EACH 20
#define STAFF_EACH    6
#define CASHIERS      (STATIONS * CASHIERS_EACH)
#define STAFF         (AGENTS * STAFF_EACH)
#define SELLERS       (CASHIERS + STAFF)
#define ACCOUNTS      (CASHIERS + AGENTS)
#define MANAGERS      COUNTIES
#define USERS         10000

/* Each station and agent has as many terminals. */
#define TERMINALS_EACH 5
#define TERMINALS      ((STATIONS + AGENTS) * TERMINALS_EACH)

#define DAY_MS INT64_C(86400000)

struct fill {
    struct gt_db *db;
    struct gt_conf conf;
    struct gt_keys keys;
    struct gt_state state; /* the business date is the last one that gets transactions */
    int64_t now;
    struct gt_org top;
    char password[161]; /* hash that everybody signs in with: that of the demo's manager */
    /* Of the rows: ids and what other rows need of them. */
    struct gt_org *orgs;
    struct gt_user *users; /* managers, sellers, then others */
    struct gt_terminal *terminals;
    struct gt_account *accounts;
};

/* Ends the program, saying what failed, unless `err` is GT_OK. */
void must(enum gt_err err, const char *what);
/* Takes `n` keys of a series; gives the first. */
int64_t take_keys(struct fill *f, const char *series, int64_t n);
/* Calls `put` for 0 … n - 1, some thousand rows a commit. */
typedef void (*put_fn)(struct gt_tx *tx, struct fill *f, int64_t i);
void put_all(struct fill *f, const char *what, int64_t n, put_fn put);
/* Tells the census of `n` rows more in a table. */
void put_census(struct fill *f, const char *table, int64_t n);

/* The i-th number of a sequence that looks random and is the same in each run. */
static inline uint64_t noise(uint64_t i)
{
    i += UINT64_C(0x9e3779b97f4a7c15);
    i = (i ^ (i >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    i = (i ^ (i >> 27)) * UINT64_C(0x94d049bb133111eb);
    return i ^ (i >> 31);
}

/* The i-th seller: user, organisation, account. */
static inline struct gt_user *seller_of(struct fill *f, int64_t i)
{
    return &f->users[MANAGERS + i];
}
static inline struct gt_org *seller_org(struct fill *f, int64_t i)
{
    return i < CASHIERS ? &f->orgs[COUNTIES + i / CASHIERS_EACH]
                        : &f->orgs[COUNTIES + STATIONS + (i - CASHIERS) / STAFF_EACH];
}
static inline int64_t seller_account(int64_t i)
{
    return i < CASHIERS ? i : CASHIERS + (i - CASHIERS) / STAFF_EACH;
}
static inline int64_t seller_terminal(int64_t i)
{
    int64_t of = i < CASHIERS ? i / CASHIERS_EACH : STATIONS + (i - CASHIERS) / STAFF_EACH;
    return of * TERMINALS_EACH + i % TERMINALS_EACH;
}

/* Organisations, people, roles, terminals, settings, approvals, sessions, operation log. */
void fill_access(struct fill *f, int64_t log_rows);
/* Accounts and the journal with its ledger: `txns` transactions on `days` business dates, the last
 * two of which have `busy` each. */
void fill_till(struct fill *f, int64_t txns, int days, int64_t busy);

#endif
