/*
 * Messages made fit to be looked at.
 *
 * One pass over foreign bytes.  It does not parse: what it meets may be half an answer, or no XML
 * at all.  Where it is unsure how far a value goes it masks too much.
 */
#include "link/message.h"

#include "base/text.h"
#include "link/adapter.h"

#include <stdio.h>
#include <string.h>

/* Names longer than this are hidden whole. */
enum { NAME_MOST = 80, NUMBER_LEAST = 15, SERIAL_DIGITS = 18 };

enum hide { HIDE_NOT, HIDE_NAME, HIDE_ALL };

/* Members of a reply that are hidden, by the names that definitions call them with. */
static const struct {
    const char *member;
    enum hide how;
} members[] = {
    {"customer_name", HIDE_NAME}, {"address", HIDE_ALL},     {"packet_data", HIDE_ALL},
    {"packet_mac1", HIDE_ALL},    {"packet_mac2", HIDE_ALL}, {"packet_mac3", HIDE_ALL},
    {"packet_mac4", HIDE_ALL},
};

/* Elements of any dialect that hold a secret. */
static const char *const secrets[] = {"password", "passwd", "pwd", "mm",
                                      "secret",   "token",  "key", "mac"};

struct pass {
    const struct gt_adapter *adapter;
    const struct gt_message_known *known;
    const char *at, *end;
    struct gt_buf *out;
    size_t left; /* characters that may still be put */
    bool cut;
};

/* --- putting */

/* Characters outside the basic plane count twice, as they do in a column of a server database. */
static void put_char(struct pass *p, const char *s, size_t n)
{
    size_t width = n > 3 ? 2 : 1;

    if (p->cut || p->left < width + 1) { /* one is kept for the ellipsis */
        if (!p->cut)
            gt_buf_puts(p->out, "…");
        p->cut = true;
        return;
    }
    gt_buf_put(p->out, s, n);
    p->left -= width;
}

static void put_text(struct pass *p, const char *text)
{
    size_t left = strlen(text), n;
    uint32_t code;

    for (; (n = gt_utf8_next(text, left, &code)) > 0; text += n, left -= n)
        put_char(p, text, n);
}

/* The next character as it is; what is no character, or steers a terminal, becomes one that can be
 * seen. */
static void put_next(struct pass *p)
{
    uint32_t code = 0;
    size_t n = gt_utf8_next(p->at, (size_t)(p->end - p->at), &code);
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);

    if (n == 0 || (control && code != '\n' && code != '\t' && code != '\r'))
        put_text(p, "\xef\xbf\xbd");
    else if (code != '\r')
        put_char(p, p->at, n);
    p->at += n ? n : 1;
}

static void put_hidden(struct pass *p, enum hide how, const char *value, size_t len)
{
    char plain[NAME_MOST * 4 + 1], masked[sizeof plain];
    bool name = how == HIDE_NAME && len > 0 && len < sizeof plain && gt_utf8_valid(value, len) &&
                !memchr(value, '<', len) && !memchr(value, '&', len);

    if (name) {
        memcpy(plain, value, len);
        plain[len] = '\0';
        gt_mask_name(plain, masked, sizeof masked);
    }
    if (len > 0)
        put_text(p, name ? masked : "***");
}

/* --- elements */

static bool is_name_char(char c)
{
    return c == '_' || c == '-' || c == '.' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Whether the last step of `path` is this name. */
static bool names(const char *path, const char *name, size_t len)
{
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;

    return len > 0 && strlen(last) == len && strncmp(last, name, len) == 0;
}

static enum hide hide_field(const struct gt_field *field)
{
    const char *member = gt_field_target_name(field->target);

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].member, member) == 0)
            return members[i].how;
    return HIDE_NOT;
}

static enum hide hide_element(const struct gt_adapter *adapter, const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (names(secrets[i], name, len))
            return HIDE_ALL;
    for (int op = 0; adapter && op < GT_UP_OP__MAX; op++)
        for (size_t i = 0; i < adapter->ops[op].fields.count; i++) {
            const struct gt_field *field = &adapter->ops[op].fields.all[i];
            if (hide_field(field) != HIDE_NOT && names(field->path, name, len))
                return hide_field(field);
        }
    return HIDE_NOT;
}

static const char *find(const char *from, const char *end, const char *what)
{
    const char *found = memmem(from, (size_t)(end - from), what, strlen(what));

    return found ? found : end;
}

/* At '<': an element that is hidden is put without its attributes, and its value hidden up to
 * whatever is closed next.  False: nothing was done. */
static bool put_element(struct pass *p)
{
    const char *name = p->at + 1, *s = name;

    for (; s < p->end && (is_name_char(*s) || *s == ':'); s++)
        if (*s == ':')
            name = s + 1;
    enum hide how = hide_element(p->adapter, name, (size_t)(s - name));
    if (how == HIDE_NOT)
        return false;
    const char *close = find(s, p->end, ">");
    while (p->at < s)
        put_next(p);
    if (close == p->end) { /* cut inside the tag */
        put_hidden(p, HIDE_ALL, s, (size_t)(close - s));
        p->at = p->end;
        return true;
    }
    put_text(p, close[-1] == '/' ? "/>" : ">");
    p->at = close + 1;
    if (close[-1] != '/') {
        const char *till = find(p->at, p->end, "</");
        put_hidden(p, how, p->at, (size_t)(till - p->at));
        p->at = till;
    }
    return true;
}

/* --- values wherever they stand */

static bool starts(const struct pass *p, const char *value, size_t least)
{
    size_t len = value ? strlen(value) : 0;

    return len >= least && len <= (size_t)(p->end - p->at) && memcmp(p->at, value, len) == 0;
}

static bool put_known(struct pass *p)
{
    const struct gt_message_known *k = p->known;
    const char *const whole[] = {k->address, k->return_file, k->random};
    char masked[64];

    if (starts(p, k->name, 4)) { /* two characters of Chinese are six bytes */
        put_hidden(p, HIDE_NAME, k->name, strlen(k->name));
        p->at += strlen(k->name);
        return true;
    }
    if (starts(p, k->card_no, 4)) {
        gt_mask_number(k->card_no, masked, sizeof masked);
        put_text(p, masked);
        p->at += strlen(k->card_no);
        return true;
    }
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (starts(p, whole[i], 6)) {
            put_text(p, "***");
            p->at += strlen(whole[i]);
            return true;
        }
    return false;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* Card data, MACs, and numbers of bank cards and of identity cards.  Ours of transactions begin
 * with a year and no identity number does: 20 is no region. */
static bool put_number(struct pass *p, bool begins)
{
    const char *s = p->at;
    size_t digits = 0;

    if (!begins)
        return false;
    for (; s < p->end && is_hex(*s); s++)
        digits += *s <= '9';
    size_t len = (size_t)(s - p->at);
    if (len < NUMBER_LEAST ||
        (len == SERIAL_DIGITS && digits == len && p->at[0] == '2' && p->at[1] == '0'))
        return false;
    for (int i = 0; i < 4; i++)
        put_char(p, p->at + i, 1);
    put_text(p, "****");
    for (int i = 4; i > 0; i--)
        put_char(p, s - i, 1);
    p->at = s;
    return true;
}

void gt_message_mask(const struct gt_adapter *adapter, const struct gt_message_known *known,
                     const char *data, size_t len, size_t most, struct gt_buf *out)
{
    struct pass p = {adapter, known, data, data + len, out, most, false};

    while (p.at < p.end && !p.cut) {
        bool begins = p.at == data || !is_hex(p.at[-1]);
        if (*p.at == '<' && put_element(&p))
            continue;
        if (!put_known(&p) && !put_number(&p, begins))
            put_next(&p);
    }
}

/* --- answers and requests */

void gt_message_keep(const struct gt_adapter *adapter, const struct gt_up_request *request,
                     const struct gt_buf *answer, struct gt_up_reply *reply)
{
    struct gt_message_known known = {.name = reply->customer_name,
                                     .address = reply->address,
                                     .card_no = request->card.card_no,
                                     .return_file = request->card.return_file,
                                     .random = request->card.random};
    struct gt_buf out;

    gt_buf_init(&out, sizeof reply->raw - 1);
    gt_message_mask(adapter, &known, answer->data, answer->len, GT_UP_RAW_CHARS, &out);
    memcpy(reply->raw, out.data, out.len);
    reply->raw[out.len] = '\0';
    gt_buf_done(&out);
}

static int place_of(const struct gt_link *link, const char *system)
{
    for (int i = 0; gt_link_adapter(link, i); i++)
        if (strcmp(gt_link_name(link, i), system) == 0)
            return i;
    return -1;
}

const struct gt_adapter *gt_message_adapter(const struct gt_link *link, const char *system)
{
    int i = place_of(link, system);

    return i < 0 ? NULL : gt_link_adapter(link, i);
}

enum gt_err gt_message_render(const struct gt_link *link, const char *system,
                              const struct gt_up_request *request, struct gt_buf *out,
                              int64_t *changed_at)
{
    const struct gt_adapter *adapter = gt_message_adapter(link, system);
    const struct gt_message_known nothing = {.name = NULL};
    enum gt_outcome outcome = GT_OUT_OK;
    struct gt_buf whole;

    if (!adapter || !adapter->ops[request->op].defined)
        return gt_err_set(GT_ERR_ABSENT, "%s has no definition of this operation", system);
    gt_buf_init(&whole, GT_ADAPTER_REQUEST_MAX);
    enum gt_err err = gt_request_render(adapter, request, &whole, &outcome);
    if (err == GT_OK) {
        gt_message_mask(adapter, &nothing, whole.data, whole.len, GT_ADAPTER_REQUEST_MAX, out);
        *changed_at = adapter->changed_at;
        err = gt_buf_err(out);
    }
    gt_buf_done(&whole);
    return err;
}
