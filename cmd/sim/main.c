/*
 * gridtill-sim: a stand-in marketing system for training and tests.
 *
 * Commands only: what they do lives beside this file.  `serve` alone makes a database and brings it
 * up to date; the others work on one that is there, also while it is being served.
 */
#include "base/log.h"
#include "base/money.h"
#include "base/text.h"
#include "base/xml.h"
#include "books.h"
#include "day.h"
#include "fault.h"
#include "reading.h"
#include "serve.h"
#include "store/schema.h"

#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Exit codes. */
enum { EXIT_DONE = 0, EXIT_DIFFERS = 1, EXIT_USAGE = 2 };

#define PATH_SIZE 512

struct options {
    const char *db, *listen, *sql, *log, *operation, *journal, *serial, *out;
    int64_t rate, date, delays;
    bool json, verbose, help;
    int nargs;
    char **args;
};

struct command {
    const char *name;
    int nargs; /* words it takes besides options */
    int (*run)(const struct options *o);
    const char *usage;
};

static int failed(enum gt_err err)
{
    fprintf(stderr, "gridtill-sim: %s: %s\n", gt_err_name(err), gt_err_text());
    return EXIT_USAGE;
}

static int misused(const char *what)
{
    fprintf(stderr, "gridtill-sim: %s (try --help)\n", what);
    return EXIT_USAGE;
}

static enum gt_err open_books(const struct options *o, bool create, struct gt_sim *sim)
{
    const struct gt_db_conf conf = {.path = o->db,
                                    .readers = 16,
                                    .sync = GT_DB_RELAXED,
                                    .create = create,
                                    .inline_mode = strcmp(o->db, ":memory:") == 0};
    sim->clock = gt_clock_system();
    return gt_db_open(&conf, &sim->db);
}

/* --- serve */

/* The migrations: those installed with this program, wherever it was put. */
static const char *sql_folder(const struct options *o, char out[PATH_SIZE])
{
    char exe[PATH_SIZE - 64];
    if (o->sql) {
        return o->sql;
    }
    ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (len > 0) {
        exe[len] = '\0';
        snprintf(out, PATH_SIZE, "%s/../share/gridtill/sql/sim", dirname(exe));
        if (access(out, R_OK) == 0) {
            return out;
        }
    }
    return GT_DATADIR "/sql/sim";
}

/* Until SIGTERM or SIGINT; SIGHUP opens the log anew.  The signals are blocked in all threads. */
static void wait_for_end(const sigset_t *signals)
{
    for (;;) {
        int got = 0;
        if (sigwait(signals, &got) || got != SIGHUP) {
            return;
        }
        enum gt_err err = gt_log_reopen();
        if (err) {
            gt_log_err("log.reopen", err);
        }
    }
}

static enum gt_err serve_books(const struct options *o, const struct gt_sim *sim,
                               const sigset_t *signals)
{
    char path[PATH_SIZE];
    int applied = 0;
    struct gt_sim_server *server = NULL;
    const struct gt_sim_server_conf conf = {
        .listen = o->listen, .sim = *sim, .delay_percent = (int)o->delays};
    enum gt_err err = gt_migrate(sim->db, sql_folder(o, path), &applied);
    if (err || (err = gt_sim_server_start(&conf, &server))) {
        return err;
    }
    gt_log(GT_LOG_INFO, "sim.started", "port=%d db=%s", gt_sim_server_port(server), o->db);
    wait_for_end(signals);
    gt_sim_server_stop(server);
    gt_log(GT_LOG_INFO, "sim.stopped", "%s", "");
    return GT_OK;
}

static int run_serve(const struct options *o)
{
    struct gt_sim sim = {0};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    enum gt_err err = gt_log_open(o->log, "gridtill-sim", GT_SIM_TZ_MINUTES);
    if (err) {
        return failed(err);
    }
    if (o->verbose) {
        gt_log_level(GT_LOG_DEBUG);
    }
    gt_xml_start();
    err = open_books(o, true, &sim);
    if (err == GT_OK) {
        err = serve_books(o, &sim, &signals);
        gt_db_close(sim.db);
    }
    gt_xml_stop();
    return err ? failed(err) : EXIT_DONE;
}

/* --- commands on the books */

static int run_fault(const struct options *o)
{
    struct gt_sim sim;
    struct gt_sim_fault_rule rule = {.operation = GT_SG_OP__MAX, .rate = (int)o->rate};
    if (!gt_sim_fault_named(o->args[0], &rule.kind)) {
        return misused("no such fault");
    }
    if (o->operation && !gt_sg_op_find(o->operation, &rule.operation)) {
        return misused("no such operation");
    }
    if (o->rate < 1 || o->rate > 100) {
        return misused("--rate is 1 to 100");
    }
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_fault_save(sim.db, &rule);
    gt_db_close(sim.db);
    return err ? failed(err) : EXIT_DONE;
}

static int run_books(const struct options *o)
{
    struct gt_sim sim;
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_books_print(sim.db, o->date, o->json, stdout);
    gt_db_close(sim.db);
    return err ? failed(err) : EXIT_DONE;
}

static int run_readings(const struct options *o)
{
    struct gt_sim sim;
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_readings_print(sim.db, stdout);
    gt_db_close(sim.db);
    return err ? failed(err) : EXIT_DONE;
}

static int run_compare(const struct options *o)
{
    struct gt_sim sim;
    int64_t differences = 0;
    if (!o->journal) {
        return misused("--journal FILE is missing");
    }
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_books_compare(sim.db, o->journal, stdout, &differences);
    gt_db_close(sim.db);
    if (err) {
        return failed(err);
    }
    fprintf(stderr, "%" PRId64 " differences\n", differences);
    return differences ? EXIT_DIFFERS : EXIT_DONE;
}

static int64_t day_of(const struct options *o)
{
    return o->date ? o->date : gt_time_date(gt_now(gt_clock_system()), GT_SIM_TZ_MINUTES);
}

static bool put_part(void *ctx, const char *data, size_t len, bool middle)
{
    (void)middle;
    return fwrite(data, 1, len, ctx) == len;
}

static int run_statement(const struct options *o)
{
    struct gt_sim sim;
    FILE *out = o->out ? fopen(o->out, "we") : stdout;
    if (!out) {
        return misused("--out FILE cannot be written");
    }
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_day_write(sim.db, day_of(o), put_part, out);
    gt_db_close(sim.db);
    if (fflush(out) && err == GT_OK) {
        err = gt_err_set(GT_ERR_IO, "the statement could not be written");
    }
    if (o->out) {
        fclose(out);
    }
    return err ? failed(err) : EXIT_DONE;
}

static int run_plant(const struct options *o)
{
    struct gt_sim sim;
    struct gt_sim_planted planted;
    char money[GT_MONEY_MAX];
    if (!gt_sim_plant_known(o->args[0])) {
        return misused("KIND is date, amount, state, missing, extra or twice");
    }
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_plant(&sim, o->args[0], day_of(o), o->serial, &planted);
    gt_db_close(sim.db);
    if (err == GT_ERR_ABSENT) {
        fprintf(stderr, "gridtill-sim: no transaction of that day that could differ so\n");
        return EXIT_DIFFERS;
    }
    if (err) {
        return failed(err);
    }
    printf("%s\t%s\t%s\t%s\n", o->args[0], planted.serial, planted.customer,
           gt_money_format(planted.amount, money));
    return EXIT_DONE;
}

struct showing {
    const char *number;
    struct gt_sim_customer c;
};

static enum gt_err show_tx(struct gt_tx *tx, void *arg)
{
    struct showing *s = arg;
    (void)gt_sim_customer_find(tx, s->number, &s->c);
    return gt_tx_err(tx);
}

static void print_customer(const struct gt_sg_answer *ans, const struct gt_sim_customer *c)
{
    static const char *const kinds[] = {"nobody", "bill", "card", "remote"};
    char money[GT_MONEY_MAX];
    printf("customer\t%s\nname\t%s\naddress\t%s\nmeter\t%s\nkind\t%s\nopened\t%s\n", ans->customer,
           ans->name, ans->address, ans->meter, kinds[ans->kind], ans->opened ? "yes" : "no");
    printf("card\t%s\ncount\t%" PRId64 "\nwritten\t%s\ninserted\t%s\nlast purchase\t%s\n", c->card,
           c->count, c->written ? "yes" : "no", c->inserted ? "yes" : "no", c->purchase);
    printf("advance\t%s\n", gt_money_format(c->advance, money));
    printf("balance\t%s\n", gt_money_format(c->balance, money));
    printf("due\t%s\n", gt_money_format(ans->total, money));
    for (int i = 0; i < ans->nbills; i++) {
        const struct gt_sg_bill *b = &ans->bills[i];
        printf("bill\t%s\t%" PRId64 "\t%s", b->number, b->period,
               gt_money_format(b->amount, money));
        printf("\t%s\n", gt_money_format(b->late_fee, money));
    }
}

static int run_customer(const struct options *o)
{
    struct gt_sim sim;
    struct gt_sg_request req = {.op = GT_SG_QUERY};
    struct gt_sg_answer ans;
    struct showing shown = {.number = o->args[0]};
    enum gt_err err = gt_str_copy(req.customer, sizeof(req.customer), o->args[0]);
    if (err || (err = open_books(o, false, &sim))) {
        return failed(err);
    }
    if ((err = gt_sim_run(&sim, &req, 0, &ans)) == GT_OK) {
        err = gt_db_read(sim.db, "sim.show", show_tx, &shown);
    }
    gt_db_close(sim.db);
    if (err) {
        return failed(err);
    }
    if (ans.code != GT_SG_DONE) {
        fprintf(stderr, "gridtill-sim: %" PRId64 " %s\n", ans.code, ans.text);
        return EXIT_DIFFERS;
    }
    print_customer(&ans, &shown.c);
    return EXIT_DONE;
}

static int run_bill(const struct options *o)
{
    struct gt_sim sim;
    struct gt_sg_bill bill;
    int64_t amount = 0;
    char money[GT_MONEY_MAX];
    if (gt_money_parse(o->args[1], &amount) || amount <= 0 || amount > 100000000) {
        return misused("AMOUNT is yuan, 0.01 to 1000000");
    }
    enum gt_err err = open_books(o, false, &sim);
    if (err) {
        return failed(err);
    }
    err = gt_sim_bill_issue(&sim, o->args[0], amount, &bill);
    gt_db_close(sim.db);
    if (err == GT_ERR_ABSENT) {
        fprintf(stderr, "gridtill-sim: no customer %s\n", o->args[0]);
        return EXIT_DIFFERS;
    }
    if (err) {
        return failed(err);
    }
    printf("%s\t%s\n", bill.number, gt_money_format(bill.amount, money));
    return EXIT_DONE;
}

/* --- options and commands */

static const struct command commands[] = {
    {"serve", 0, run_serve,
     "serve --db PATH [--listen 127.0.0.1:18186] [--sql FOLDER] [--log FILE] [--verbose]\n"
     "      [--delays PERCENT]\n"
     "  Answers SG186 requests at /sg186 until SIGTERM; SIGHUP opens the log anew.\n"
     "  --delays 10 makes the waits of faults ten times shorter.  --db :memory: keeps nothing: "
     "for\n"
     "  measuring, where the stand-in shall be as cheap as it can be.\n"},
    {"fault", 1, run_fault,
     "fault KIND --db PATH [--operation NAME] [--rate PERCENT]\n"
     "  Plays a fault for everybody, until: fault none.  Without --operation it concerns all\n"
     "  that move money: pay, recharge, open, replace, reverse.\n"},
    {"books", 0, run_books,
     "books --db PATH [--json] [--date YYYYMMDD]\n"
     "  A line a transaction: serial, operation, customer, amount, fee, state (posted, refused,\n"
     "  reversed), purchase count; then totals: operation, state, count, amount with fees.\n"},
    {"readings", 0, run_readings,
     "readings --db PATH\n"
     "  A line a meter that was read: task, reading, operator, how often it came, with tabs.\n"},
    {"compare", 0, run_compare,
     "compare --db PATH --journal FILE\n"
     "  Compares with the platform's list (serial, operation, customer, yuan, state: with tabs).\n"
     "  Exit status 1 if they differ.\n"},
    {"statement", 0, run_statement,
     "statement --db PATH [--date YYYYMMDD] [--out FILE]\n"
     "  Writes the day statement, as it is served at /sg186/dz/YYYYMMDD.txt; without a date\n"
     "  today's.\n"},
    {"plant", 1, run_plant,
     "plant KIND --db PATH [--date YYYYMMDD] [--serial SERIAL]\n"
     "  Makes the books differ from the platform's, in one transaction of the day: date (moved to\n"
     "  the next day), amount (one yuan more), state (taken back), missing (never came), extra\n"
     "  (one that the platform does not know), twice (two lines in the statement).  Tells kind,\n"
     "  serial, customer and amount there now, with tabs.\n"},
    {"customer", 1, run_customer,
     "customer NUMBER --db PATH\n"
     "  Shows a customer.\n"},
    {"bill", 2, run_bill,
     "bill NUMBER AMOUNT --db PATH\n"
     "  Issues a bill of AMOUNT yuan; what the customer holds in advance pays of it first.\n"},
};

#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(const struct command *one)
{
    puts("gridtill-sim: a stand-in SG186 marketing system for training and tests.\n");
    for (size_t i = 0; i < NCOMMANDS; i++) {
        if (!one || one == &commands[i]) {
            printf("gridtill-sim %s\n", commands[i].usage);
        }
    }
    if (!one || strcmp(one->name, "fault") == 0) {
        puts("Faults:");
        for (int i = 0; i < GT_SIM_FAULT__MAX; i++) {
            const struct gt_sim_fault_info *f = gt_sim_fault_info((enum gt_sim_fault)i);
            printf("  %-13s %s\n", f->name, f->help);
        }
        puts("");
    }
    puts("--db may stand in the environment as GRIDTILL_SIM_DB.\n"
         "Exit status: 0 done, 1 it differs or is not there, 2 wrong use or failure.");
}

enum {
    OPT_DB = 256,
    OPT_LISTEN,
    OPT_SQL,
    OPT_LOG,
    OPT_VERBOSE,
    OPT_DELAYS,
    OPT_OPERATION,
    OPT_RATE,
    OPT_JSON,
    OPT_DATE,
    OPT_JOURNAL,
    OPT_SERIAL,
    OPT_OUT
};

static const struct option long_options[] = {
    {"db", required_argument, NULL, OPT_DB},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"sql", required_argument, NULL, OPT_SQL},
    {"log", required_argument, NULL, OPT_LOG},
    {"verbose", no_argument, NULL, OPT_VERBOSE},
    {"delays", required_argument, NULL, OPT_DELAYS},
    {"operation", required_argument, NULL, OPT_OPERATION},
    {"rate", required_argument, NULL, OPT_RATE},
    {"json", no_argument, NULL, OPT_JSON},
    {"date", required_argument, NULL, OPT_DATE},
    {"journal", required_argument, NULL, OPT_JOURNAL},
    {"serial", required_argument, NULL, OPT_SERIAL},
    {"out", required_argument, NULL, OPT_OUT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool take_option(struct options *o, int opt)
{
    switch (opt) {
    case OPT_DB:
        o->db = optarg;
        return true;
    case OPT_LISTEN:
        o->listen = optarg;
        return true;
    case OPT_SQL:
        o->sql = optarg;
        return true;
    case OPT_LOG:
        o->log = optarg;
        return true;
    case OPT_VERBOSE:
        o->verbose = true;
        return true;
    case OPT_DELAYS:
        return gt_int_parse(optarg, &o->delays) == GT_OK && o->delays >= 0 && o->delays <= 100;
    case OPT_OPERATION:
        o->operation = optarg;
        return true;
    case OPT_RATE:
        return gt_int_parse(optarg, &o->rate) == GT_OK;
    case OPT_JSON:
        o->json = true;
        return true;
    case OPT_DATE:
        return gt_int_parse(optarg, &o->date) == GT_OK && gt_date_valid(o->date);
    case OPT_JOURNAL:
        o->journal = optarg;
        return true;
    case OPT_SERIAL:
        o->serial = optarg;
        return true;
    case OPT_OUT:
        o->out = optarg;
        return true;
    case 'h':
        o->help = true;
        return true;
    default:
        return false;
    }
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct options o = {
        .db = getenv("GRIDTILL_SIM_DB"), .listen = "127.0.0.1:18186", .rate = 100, .delays = 100};
    int opt;
    while ((opt = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (!take_option(&o, opt)) {
            return misused("wrong option");
        }
    }
    const struct command *command = optind < argc ? find_command(argv[optind]) : NULL;
    if (o.help) {
        print_help(command);
        return EXIT_DONE;
    }
    if (!command) {
        return misused(optind < argc ? "no such command" : "a command is missing");
    }
    o.args = argv + optind + 1;
    o.nargs = argc - optind - 1;
    if (o.nargs != command->nargs) {
        return misused("wrong number of words");
    }
    if (!o.db) {
        return misused("--db PATH is missing");
    }
    return command->run(&o);
}
