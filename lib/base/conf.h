/*
 * gridtill.xml: the one configuration file, checked by its schema (conf/gridtill.xsd).
 *
 * Relative paths in it are meant from the folder of the file itself.  Everything has a default but
 * <store>, <keys> and <marketing>.  GRIDTILL_STORE in the environment, an ODBC connection string,
 * stands above what <store> says.
 */
#ifndef GT_BASE_CONF_H
#define GT_BASE_CONF_H

#include "base/err.h"
#include "base/log.h"

#include <stdint.h>

#define GT_PATH_MAX         512
#define GT_MARKETING_MAX    8
#define GT_CONNECTION_MAX   2048
#define GT_CERTIFICATES_MAX 9

struct gt_conf_marketing {
    char name[16];                /* "sg186": of the adapter and of its ledger accounts */
    char definition[GT_PATH_MAX]; /* conf/marketing/<adapter>.xml */
    char url[256];                /* where the system answers */
    char statement_url[256]; /* where its day statements lie: http, https, sftp, file; "": url */
    char statement_key[GT_PATH_MAX];   /* SFTP: private key, "" for none */
    char statement_hosts[GT_PATH_MAX]; /* SFTP: known_hosts */
};

struct gt_conf {
    /* <store> */
    char store[GT_PATH_MAX]; /* path of the SQLite database; "" where a server keeps the data */
    int readers;             /* reader connections at most, default 8 */
    /* ODBC connection string of a server's database, with its secret; "" for SQLite.  Made of the
     * attributes of <store>, or taken from the environment (GRIDTILL_STORE). */
    char connection[GT_CONNECTION_MAX];
    int connections; /* to the server at most, default 16 */
    /* <paths> */
    char keys[GT_PATH_MAX];       /* key file */
    char sql[GT_PATH_MAX];        /* folder of the migrations */
    char templates[GT_PATH_MAX];  /* folder of the templates */
    char contract[GT_PATH_MAX];   /* folder of terminal.xsd and terminal.wsdl */
    char statements[GT_PATH_MAX]; /* folder where day statements are kept */
    char reports[GT_PATH_MAX];    /* folder of the reports by day and month */
    /* <log> */
    char log[GT_PATH_MAX]; /* folder of the log files; "" for standard error */
    enum gt_log_level log_level;
    /* <platform> */
    int tz_minutes;  /* zone of dates and times, default 480 */
    char bureau[96]; /* name on receipts */
    /* <terminal> */
    char socket[GT_PATH_MAX]; /* Unix socket of terminal.fcgi */
    int threads;              /* request threads of a handler, default 256 */
    int64_t body_max;         /* bytes of a request body, default 65536 */
    int64_t answer_ms;        /* then "in doubt", default 8000 */
    int64_t fresh_ms;         /* how far Created may be from our time, default 300000 */
    int64_t rate;             /* requests a second of one terminal, default 5000; 0: no limit */
    /* <console> */
    char console_socket[GT_PATH_MAX]; /* Unix socket of console.fcgi */
    int console_threads;              /* request threads, default 32 */
    /* <cashier> */
    char cashier_socket[GT_PATH_MAX]; /* Unix socket of cashier.fcgi */
    int cashier_threads;              /* request threads, default 64 */
    char bridge[64];                  /* where gridtill-card answers on a cashier's PC */
    /* <worker> */
    int64_t poll_ms;  /* how often the worker looks, default 1000 */
    int64_t retry_ms; /* between tries of one inquiry, default 5000 */
    /* <marketing> */
    struct gt_conf_marketing marketing[GT_MARKETING_MAX];
    int nmarketing;
    /* PEM files whose end is watched: <certificates>, and what <store> trusts */
    char certificates[GT_CERTIFICATES_MAX][GT_PATH_MAX];
    int ncertificates;
};

/* Reads and checks `path`; the schema is looked for at `schema`, or, if NULL, as gridtill.xsd
 * beside the file and then in the installed data folder.  GT_ERR_ABSENT, GT_ERR_CONFIG with line
 * and reason as context. */
enum gt_err gt_conf_load(const char *path, const char *schema, struct gt_conf *conf) GT_CHECK;

#endif
