/*
 * The definition of a marketing system, compiled: what conf/marketing/<adapter>.xml says.
 *
 * Loading checks everything that can be known before a call, templates included, so that a call
 * meets no mistakes of the definition.  A loaded definition is never changed: any number of threads
 * use it at once.
 */
#ifndef GT_LINK_ADAPTER_H
#define GT_LINK_ADAPTER_H

#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/template.h"
#include "link/day.h"
#include "link/upstream.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a path of element names in an answer, with its end. */
#define GT_ADAPTER_PATH_MAX 64
/* Greatest size of a rendered request. */
#define GT_ADAPTER_REQUEST_MAX ((size_t)64 * 1024)

/* How messages are written, and how they travel.  A new one is a row in the tables of link.c. */
enum gt_codec_kind { GT_CODEC_XML, GT_CODEC__MAX };
enum gt_transport_kind { GT_TRANSPORT_HTTP, GT_TRANSPORT__MAX };

/* How doubt about a transaction is settled. */
enum gt_settle {
    GT_SETTLE_INQUIRE,
    GT_SETTLE_REPEAT,
    GT_SETTLE_REVERSE,
    GT_SETTLE_STATEMENT,
    GT_SETTLE__MAX
};

/* A value table; looked through in both directions. */
struct gt_map_value {
    char ours[24];
    char theirs[24];
};
struct gt_map {
    char name[24];
    struct gt_map_value *values;
    size_t count;
};

/* What upstream's codes mean, sorted by value. */
struct gt_code {
    char value[20];
    enum gt_up_class class;
    enum gt_outcome outcome; /* for refused; for unknown: what an inquiry's refusal with it means */
    int fate;                /* inquire: the code itself tells the fate; else GT_UP_FATE_NONE */
};
struct gt_codes {
    struct gt_code *all;
    size_t count;
};

/* How the text of an answer's field is read. */
enum gt_field_kind {
    GT_FIELD_TEXT,
    GT_FIELD_INT,
    GT_FIELD_MONEY, /* yuan */
    GT_FIELD_FEN,
    GT_FIELD_KWH,  /* two decimals */
    GT_FIELD_DATE, /* yyyymmdd or yyyymm, '-' allowed */
    GT_FIELD_MAP,
    GT_FIELD__MAX
};

/* A member of gt_up_reply, or of what one is a list of, that a definition can name; the table is in
 * reply.c. */
struct gt_field_target;

struct gt_field {
    const struct gt_field_target *target;
    enum gt_field_kind kind;
    char path[GT_ADAPTER_PATH_MAX];
    const struct gt_map *map; /* of kind map; else NULL */
    bool required;
};
struct gt_fields {
    struct gt_field *all;
    size_t count;
};

/* Whose member a field is. */
enum gt_field_of { GT_OF_REPLY, GT_OF_BILL, GT_OF_FOUND, GT_OF_TASK };

struct gt_adapter_op {
    bool defined;
    char path[128];                   /* of the URL, behind the configured one */
    char action[96];                  /* SOAPAction, "" for none */
    struct gt_tmpl *template;         /* the common part and the operation's own */
    char answer[GT_ADAPTER_PATH_MAX]; /* the answer element, from the document element down */
    struct gt_fields fields;
    char list[GT_ADAPTER_PATH_MAX]; /* path of the first of a list; "" for none */
    enum gt_field_of list_of;       /* what it is a list of */
    struct gt_fields items;         /* of one */
    struct gt_codes codes;          /* before those of the adapter */
    enum gt_up_class otherwise;     /* class of a code that is in neither */
    /* inquire: what became of the transaction asked about. */
    char fate_path[GT_ADAPTER_PATH_MAX];
    char fate_code[GT_ADAPTER_PATH_MAX]; /* the code it was refused with */
    char fate_text[GT_ADAPTER_PATH_MAX];
    const struct gt_map *fate_map;
};

/* Customers are this system's by prefix, or by a POSIX extended expression. */
struct gt_serves {
    char prefix[32];
    bool is_regex;
    regex_t regex;
};

/* A name of the request templates whose value goes through a map. */
struct gt_send {
    char name[24];
    const struct gt_map *map;
    enum gt_outcome otherwise; /* how a request is refused whose value is not in the map */
};

struct gt_adapter {
    char name[16];
    enum gt_codec_kind codec;
    enum gt_transport_kind transport;
    enum gt_settle settle;
    int tz_minutes;     /* zone of the times in requests */
    int64_t changed_at; /* UTC ms: last change of the definition's files, templates too */
    /* <limits>: milliseconds, bytes; slots 0: no limit of its own */
    int64_t connect_ms, answer_ms, grace_ms, breaker_open_ms, reply_max;
    int clears_at; /* minute of the day at which the system's own day ends, 0: it says none */
    int slots, breaker_failures;
    /* <http> */
    char content_type[96];
    int idle_s;                /* a kept connection older than this is not used again */
    char ca_file[GT_PATH_MAX]; /* "" for the system's */

    struct gt_serves *serves;
    size_t nserves;
    struct gt_map *maps;
    size_t nmaps;
    struct gt_send *sends;
    size_t nsends;
    struct gt_codes codes;
    char code_path[GT_ADAPTER_PATH_MAX];   /* from the answer element down */
    char text_path[GT_ADAPTER_PATH_MAX];   /* "" for none */
    char serial_path[GT_ADAPTER_PATH_MAX]; /* where an answer repeats our serial, "" for nowhere */
    char orig_path[GT_ADAPTER_PATH_MAX];   /* the same of an inquiry: the original's serial */
    struct gt_adapter_op ops[GT_UP_OP__MAX];
    struct gt_day_format statement;
};

/* Loads the definition `path`, checked by the schema `xsd` (NULL: adapter.xsd beside it), with its
 * templates from `templates`/marketing/<adapter>/.  `*adapter` is owned by the caller
 * (gt_adapter_free).  GT_ERR_CONFIG with file, line and reason; GT_ERR_NOMEM. */
enum gt_err gt_adapter_load(const char *path, const char *xsd, const char *templates,
                            struct gt_adapter **adapter) GT_CHECK;
void gt_adapter_free(struct gt_adapter *adapter);

/* Whether the customer is this system's. */
bool gt_adapter_serves(const struct gt_adapter *adapter, const char *customer_no);
/* What `code` means for the operation; NULL if it is in no table.  Borrowed. */
const struct gt_code *gt_adapter_code(const struct gt_adapter *adapter, enum gt_up_op op,
                                      const char *code);
/* Our value for theirs and back; NULL if the map does not have it.  Borrowed. */
const char *gt_map_ours(const struct gt_map *map, const char *theirs);
const char *gt_map_theirs(const struct gt_map *map, const char *ours);

/* The message for `request`, appended to `out`.  GT_ERR_DENIED: a map does not have a value of the
 * request, `*outcome` says how that is refused; else what failed here, with context. */
enum gt_err gt_request_render(const struct gt_adapter *adapter, const struct gt_up_request *request,
                              struct gt_buf *out, enum gt_outcome *outcome) GT_CHECK;

/* Reads an answer into `reply`, wholly.  Gives whether it could be read and belongs to the request:
 * if not, the class is unknown and the text says why. */
bool gt_reply_read(const struct gt_adapter *adapter, const struct gt_up_request *request,
                   const char *data, size_t len, struct gt_up_reply *reply) GT_CHECK;
/* Makes `reply` one without an answer: empty but for class, outcome and text. */
void gt_reply_fill(struct gt_up_reply *reply, enum gt_up_class class, enum gt_outcome outcome,
                   const char *text);

/* The member called `name` of what the field belongs to; NULL if there is none.  Static. */
const struct gt_field_target *gt_field_target_find(const char *name, enum gt_field_of of);
/* Whether the member can be read as `kind` (GT_FIELD__MAX: the kind it has by default, returned in
 * `*kind`), and whether all of our values of a map mean something to it. */
bool gt_field_target_takes(const struct gt_field_target *target, enum gt_field_kind *kind);
bool gt_field_target_knows(const struct gt_field_target *target, const char *ours);
/* What the member is called; static. */
const char *gt_field_target_name(const struct gt_field_target *target);
/* GT_UP_FATE_… for "posted", "refused", "absent", "reversed"; -1 if there is none. */
int gt_fate_find(const char *name);

#endif
