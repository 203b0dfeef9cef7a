/*
 * gridtill-card: the bridge between the cashier page and the card reader (doc/card.md).
 */
#include "base/log.h"
#include "base/text.h"
#include "http.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define PORT       8450
#define TZ_MINUTES 480

struct options {
    int64_t port;
    const char *reader, *log;
    bool verbose, help;
    int norigins;
    const char *origins[GT_CARD_ORIGINS_MAX];
};

static int misused(const char *what)
{
    fprintf(stderr, "gridtill-card: %s (try --help)\n", what);
    return EXIT_USAGE;
}

static int failed(enum gt_err err)
{
    fprintf(stderr, "gridtill-card: %s: %s\n", gt_err_name(err), gt_err_text());
    return EXIT_FAILED;
}

static void print_help(void)
{
    puts("usage: gridtill-card --origin https://HOST[:PORT] [--origin …] [--port N] [--reader "
         "NAME]\n"
         "                     [--log FILE] [--verbose]\n"
         "\n"
         "Lets the cashier page use the card reader of this PC, at http://127.0.0.1:8450.\n"
         "\n"
         "  --origin    address of the platform as the browser shows it, without a path; up to 16\n"
         "  --port      another port than 8450; 0: a free one, which the log tells\n"
         "  --reader    only readers whose name holds this\n"
         "  --log       a file; else standard error\n"
         "  --verbose   log readings too\n"
         "\n"
         "Ends on SIGTERM or SIGINT; SIGHUP opens the log anew.  Exit status: 0 stopped, 1 it "
         "could\n"
         "not start, 2 wrong use.  doc/card.md tells the rest.");
}

static bool take_origin(struct options *o, const char *origin)
{
    if (o->norigins == GT_CARD_ORIGINS_MAX || !gt_card_origin_valid(origin))
        return false;
    o->origins[o->norigins++] = origin;
    return true;
}

static bool take_option(struct options *o, int opt)
{
    switch (opt) {
    case 'o':
        return take_origin(o, optarg);
    case 'p':
        return gt_int_parse(optarg, &o->port) == GT_OK && o->port >= 0 && o->port < 65536;
    case 'r':
        o->reader = optarg;
        return strlen(optarg) < GT_READER_NAME_MAX;
    case 'l':
        o->log = optarg;
        return true;
    case 'v':
        o->verbose = true;
        return true;
    case 'h':
        o->help = true;
        return true;
    default:
        return false;
    }
}

static const struct option long_options[] = {
    {"origin", required_argument, NULL, 'o'},
    {"port", required_argument, NULL, 'p'},
    {"reader", required_argument, NULL, 'r'},
    {"log", required_argument, NULL, 'l'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Until a signal says that it is enough. */
static void wait_for_the_end(const sigset_t *signals)
{
    int sig = 0;
    while (sigwait(signals, &sig) != 0 || sig == SIGHUP)
        if (sig == SIGHUP && gt_log_reopen())
            gt_log_err("log.reopen", GT_ERR_IO);
}

static int serve(const struct options *o)
{
    struct gt_card_http_conf conf = {.port = (uint16_t)o->port, .norigins = o->norigins};
    struct gt_card_http *http = NULL;
    sigset_t signals;

    memcpy(conf.origins, o->origins, sizeof(conf.origins));
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    gt_log_level(o->verbose ? GT_LOG_DEBUG : GT_LOG_INFO);
    enum gt_err err = gt_log_open(o->log, "gridtill-card", TZ_MINUTES);
    if (err == GT_OK)
        err = gt_reader_new(o->reader, &conf.reader);
    if (err == GT_OK)
        err = gt_card_http_start(&conf, &http);
    if (err == GT_OK) {
        gt_log(GT_LOG_INFO, "bridge.listening", "port=%u origins=%d",
               (unsigned)gt_card_http_port(http), o->norigins);
        wait_for_the_end(&signals);
        gt_log(GT_LOG_INFO, "bridge.stopping", "%s", "");
    }
    gt_card_http_stop(http);
    gt_reader_free(conf.reader);
    return err ? failed(err) : EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct options o = {.port = PORT};
    int opt;
    while ((opt = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
        if (!take_option(&o, opt))
            return misused(opt == 'o' ? "--origin takes https://HOST or https://HOST:PORT in lower "
                                        "case, at most 16 of them"
                           : opt == 'p' ? "--port takes 0 to 65535"
                           : opt == 'r' ? "--reader takes a part of a reader's name"
                                        : "wrong option");
    if (o.help) {
        print_help();
        return EXIT_DONE;
    }
    if (optind < argc)
        return misused("it takes options only");
    if (o.norigins == 0)
        return misused("--origin is missing: the address of the platform");
    return serve(&o);
}
