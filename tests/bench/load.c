/*
 * Load for the bench: recharges by N terminals at once, each over a TLS connection that it keeps.
 *
 * Cheap on purpose, because it shares the processors with what it measures: one thread, epoll, no
 * XML parser (a reply counts as done when it holds ResultCode 0).  Nothing of GridTill is included,
 * so that the figures are a client's.
 *
 * Two ways of driving: closed (each terminal sends its next recharge when it has its answer) and,
 * with --rate, open (recharges are due at a fixed rate whether or not the last ones are answered; a
 * late start counts into the latency, so a stall cannot hide).
 */
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TERMINALS_MAX 1024
#define CLIENTS_MAX   1024
#define REQUEST_MAX   4096
#define REPLY_MAX     16384

struct terminal {
    char number[24], secret[64], operator_no[24];
};

struct client {
    int index, fd;
    SSL *ssl;
    bool busy, writing; /* a request is under way; and not all of it is sent */
    int64_t due;        /* when it should have been sent, ns */
    int turn;           /* which of its customers is next */
    char request[REQUEST_MAX];
    int request_len;
    char reply[REPLY_MAX + 1];
    int reply_len;
};

struct load {
    struct sockaddr_in address;
    const char *path, *ca, *amount;
    bool echo; /* only the way there and back: any answer 200 counts */
    int nclients, seconds, warmup;
    int64_t rate;     /* requests a second, 0: closed */
    int64_t customer; /* first customer number */
    int customers;    /* how many, shared out among the clients */
    int64_t trace;    /* next trace number */
    int nterminals;
    struct terminal terminals[TERMINALS_MAX];
    struct client *clients;
    int epoll;
    SSL_CTX *tls;
    EVP_MD *sha1;
    uint64_t nonce;
    int64_t begin, end; /* of measuring, ns */
    int64_t next_due;   /* open: when the next one is due */
    int64_t *latencies; /* ns */
    int64_t nlatencies, latencies_max;
    int64_t sent, ok, other;
    char complaint[800]; /* the first answer that was not right */
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(2);
}

/* --- requests */

static void format_now(char out[24])
{
    struct tm tm;
    time_t t = time(NULL);
    gmtime_r(&t, &tm);
    strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* The token's digest and nonce in base64: SHA-1 of nonce, time and secret. */
static void sign(struct load *l, const struct terminal *t, const char *created, char digest[32],
                 char nonce64[32])
{
    unsigned char nonce[16], sum[EVP_MAX_MD_SIZE], text[160];
    unsigned len = 0;
    uint64_t parts[2] = {(uint64_t)getpid() << 32 ^ (uint64_t)l->begin, l->nonce++};
    memcpy(nonce, parts, sizeof nonce);
    memcpy(text, nonce, sizeof nonce);
    int n = snprintf((char *)text + sizeof nonce, sizeof text - sizeof nonce, "%s%s", created,
                     t->secret);
    if (EVP_Digest(text, sizeof nonce + (size_t)n, sum, &len, l->sha1, NULL) != 1)
        die("no SHA-1");
    EVP_EncodeBlock((unsigned char *)digest, sum, (int)len);
    EVP_EncodeBlock((unsigned char *)nonce64, nonce, sizeof nonce);
}

/* The next customer of this client: its own, so that no two are in flight; fault numbers left out.
 */
static int64_t next_customer(const struct load *l, struct client *c)
{
    for (;;) {
        int share = l->customers / l->nclients;
        int64_t customer = l->customer + (int64_t)c->index * share + c->turn++ % share;
        if (customer % 10000 < 9000 && customer % 10000 > 0)
            return customer;
    }
}

static void make_request(struct load *l, struct client *c)
{
    static const char wsse[] = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    const struct terminal *t = &l->terminals[c->index % l->nterminals];
    char created[24], digest[32], nonce[32], body[REQUEST_MAX];
    format_now(created);
    sign(l, t, created, digest, nonce);
    int n = snprintf(
        body, sizeof body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://"
        "schemas.xmlsoap.org/soap/envelope/\"><s:Header><w:Security "
        "xmlns:w=\"%swssecurity-secext-1.0.xsd\""
        " xmlns:u=\"%swssecurity-utility-1.0.xsd\"><w:UsernameToken><w:Username>%s</w:Username>"
        "<w:Password "
        "Type=\"%susername-token-profile-1.0#PasswordDigest\">%s</w:Password><w:Nonce>%s"
        "</w:Nonce><u:Created>%s</u:Created></w:UsernameToken></w:Security></s:Header><s:Body>"
        "<Recharge xmlns=\"urn:gridtill:terminal:1\"><TerminalNo>%s</TerminalNo><OperatorNo>%s"
        "</OperatorNo><TraceNo>%lld</TraceNo><SentAt>%s</SentAt><CustomerNo>%lld</CustomerNo>"
        "<Amount>%s</Amount><PaymentMethod>cash</PaymentMethod></Recharge></s:Body></s:Envelope>",
        wsse, wsse, t->number, wsse, digest, nonce, created, t->number, t->operator_no,
        (long long)l->trace++, created, (long long)next_customer(l, c), l->amount);
    c->request_len = snprintf(c->request, sizeof c->request,
                              "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; "
                              "charset=utf-8\r\nSOAPAction: \"\"\r\nContent-Length: %d\r\n\r\n%s",
                              l->path, n, body);
    if (n >= (int)sizeof body || c->request_len >= (int)sizeof c->request)
        die("a request is too long");
}

/* --- replies */

/* Whether the reply is complete. */
static bool reply_whole(struct client *c)
{
    c->reply[c->reply_len] = '\0';
    char *head_end = strstr(c->reply, "\r\n\r\n");
    if (head_end == NULL)
        return false;
    *head_end = '\0';
    const char *length = strcasestr(c->reply, "\r\nContent-Length:");
    bool chunked = strcasestr(c->reply, "\r\nTransfer-Encoding: chunked") != NULL;
    *head_end = '\r';
    if (chunked)
        return c->reply_len > 5 && memcmp(c->reply + c->reply_len - 5, "0\r\n\r\n", 5) == 0;
    if (length == NULL)
        return false;
    return c->reply_len >= head_end + 4 - c->reply + strtol(length + 17, NULL, 10);
}

static void count_reply(struct load *l, struct client *c)
{
    bool ok = strncmp(c->reply, "HTTP/1.1 200", 12) == 0 &&
              (l->echo || strstr(c->reply, "ResultCode>0<") != NULL);
    int64_t now = now_ns();
    if (!ok && l->complaint[0] == '\0')
        snprintf(l->complaint, sizeof l->complaint, "%.12s: %.700s", c->reply,
                 strstr(c->reply, "\r\n\r\n") + 4);
    if (now < l->begin || now > l->end)
        return;
    if (ok)
        l->ok++;
    else
        l->other++;
    if (l->nlatencies < l->latencies_max)
        l->latencies[l->nlatencies++] = now - c->due;
}

/* --- connections */

static void connect_client(struct load *l, struct client *c)
{
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&l->address, sizeof l->address) != 0)
        die(strerrorname_np(errno));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->ssl = SSL_new(l->tls);
    if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1 || SSL_connect(c->ssl) != 1)
        die("TLS handshake failed");
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
        die("epoll_ctl");
}

static void reconnect(struct load *l, struct client *c)
{
    if (l->complaint[0] == '\0')
        snprintf(l->complaint, sizeof l->complaint, "connection closed; had got: %.300s", c->reply);
    l->other++;
    SSL_free(c->ssl);
    close(c->fd);
    c->busy = false;
    connect_client(l, c);
}

static void push(struct load *l, struct client *c)
{
    int n = SSL_write(c->ssl, c->request, c->request_len);
    if (n == c->request_len) {
        c->writing = false;
    } else if (n <= 0) {
        int why = SSL_get_error(c->ssl, n);
        if (why != SSL_ERROR_WANT_WRITE && why != SSL_ERROR_WANT_READ)
            reconnect(l, c);
    }
}

static void begin_request(struct load *l, struct client *c, int64_t due)
{
    make_request(l, c);
    c->due = due;
    c->busy = c->writing = true;
    c->reply_len = 0;
    l->sent++;
    push(l, c);
}

/* Reads what is there; true when a reply is complete. */
static bool pull(struct load *l, struct client *c)
{
    while (c->reply_len < REPLY_MAX) {
        int n = SSL_read(c->ssl, c->reply + c->reply_len, REPLY_MAX - c->reply_len);
        if (n <= 0) {
            int why = SSL_get_error(c->ssl, n);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
                reconnect(l, c);
            return false;
        }
        c->reply_len += n;
        if (reply_whole(c))
            return true;
    }
    die("a reply is too long");
    return false;
}

/* --- driving */

/* Gives free clients what is due; gives how long to wait then, in ms. */
static int hand_out(struct load *l)
{
    int64_t now = now_ns();
    int64_t stop = l->end;
    for (int i = 0; i < l->nclients && now < stop; i++) {
        struct client *c = &l->clients[i];
        if (c->busy)
            continue;
        if (l->rate == 0) {
            begin_request(l, c, now_ns());
        } else if (l->next_due <= now) {
            begin_request(l, c, l->next_due);
            l->next_due += 1000000000 / l->rate;
        }
    }
    if (l->rate == 0 || l->next_due > now + 1000000)
        return 1;
    return 0;
}

static bool any_busy(const struct load *l)
{
    for (int i = 0; i < l->nclients; i++) {
        if (l->clients[i].busy)
            return true;
    }
    return false;
}

static void drive(struct load *l)
{
    struct epoll_event events[256];
    int64_t give_up = l->end + 25000000000;
    while (now_ns() < l->end || (any_busy(l) && now_ns() < give_up)) {
        int wait = hand_out(l);
        int n = epoll_wait(l->epoll, events, 256, wait);
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (c->busy && c->writing)
                push(l, c);
            if (c->busy && !c->writing && pull(l, c)) {
                c->busy = false;
                count_reply(l, c);
                if (l->rate == 0 && now_ns() < l->end)
                    begin_request(l, c, now_ns());
            }
        }
    }
}

/* --- result */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double percentile_us(const struct load *l, int64_t permille)
{
    if (l->nlatencies == 0)
        return 0;
    return (double)l->latencies[(l->nlatencies - 1) * permille / 1000] / 1000;
}

static void print_result(struct load *l)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    double seconds = (double)(l->end - l->begin) / 1e9;
    qsort(l->latencies, (size_t)l->nlatencies, sizeof *l->latencies, by_value);
    printf("{\"clients\": %d, \"seconds\": %.3f, \"sent\": %lld, \"ok\": %lld, \"other\": %lld, "
           "\"per_second\": %.1f, \"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f, "
           "\"load_cpu_seconds\": %.3f}\n",
           l->nclients, seconds, (long long)l->sent, (long long)l->ok, (long long)l->other,
           (double)l->ok / seconds, percentile_us(l, 500), percentile_us(l, 990),
           percentile_us(l, 1000), cpu);
    if (l->complaint[0] != '\0')
        fprintf(stderr, "load: the first wrong answer: %s\n", l->complaint);
}

static void read_terminals(struct load *l, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        die("cannot read the list of terminals");
    while (l->nterminals < TERMINALS_MAX) {
        struct terminal *t = &l->terminals[l->nterminals];
        if (fscanf(file, "%23s %63s %23s", t->number, t->secret, t->operator_no) != 3)
            break;
        l->nterminals++;
    }
    fclose(file);
    if (l->nterminals == 0)
        die("the list of terminals is empty");
}

static void set_up(struct load *l)
{
    l->clients = calloc((size_t)l->nclients, sizeof *l->clients);
    l->latencies_max = 20000000;
    l->latencies = malloc((size_t)l->latencies_max * sizeof *l->latencies);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    l->tls = SSL_CTX_new(TLS_client_method());
    if (!l->clients || !l->latencies || l->epoll < 0 || !l->sha1 || !l->tls)
        die("no memory");
    if (SSL_CTX_load_verify_locations(l->tls, l->ca, NULL) != 1)
        die("cannot read the certificate");
    SSL_CTX_set_verify(l->tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_read_ahead(l->tls, 1); /* head and body of a record by one call */
    for (int i = 0; i < l->nclients; i++) {
        l->clients[i].index = i;
        connect_client(l, &l->clients[i]);
    }
    l->begin = now_ns() + (int64_t)l->warmup * 1000000000;
    l->end = l->begin + (int64_t)l->seconds * 1000000000;
    l->next_due = now_ns();
}

static const struct option options[] = {
    {"port", required_argument, NULL, 'p'},
    {"path", required_argument, NULL, 'u'},
    {"ca", required_argument, NULL, 'a'},
    {"clients", required_argument, NULL, 'c'},
    {"seconds", required_argument, NULL, 's'},
    {"warmup", required_argument, NULL, 'w'},
    {"rate", required_argument, NULL, 'r'},
    {"customer", required_argument, NULL, 'n'},
    {"customers", required_argument, NULL, 'm'},
    {"terminals", required_argument, NULL, 't'},
    {"trace", required_argument, NULL, 'x'},
    {"echo", no_argument, NULL, 'e'},
    {NULL, 0, NULL, 0},
};

static void take_option(struct load *l, int option, const char *value)
{
    long long number = value ? strtoll(value, NULL, 10) : 0;
    switch (option) {
    case 'p':
        l->address.sin_port = htons((uint16_t)number);
        break;
    case 'u':
        l->path = value;
        break;
    case 'a':
        l->ca = value;
        break;
    case 'c':
        l->nclients = (int)number;
        break;
    case 's':
        l->seconds = (int)number;
        break;
    case 'w':
        l->warmup = (int)number;
        break;
    case 'r':
        l->rate = number;
        break;
    case 'n':
        l->customer = number;
        break;
    case 'm':
        l->customers = (int)number;
        break;
    case 't':
        read_terminals(l, value);
        break;
    case 'x':
        l->trace = number;
        break;
    case 'e':
        l->echo = true;
        break;
    default:
        die("usage: see tests/bench/run");
    }
}

int main(int argc, char **argv)
{
    static struct load l; /* large, and the only one */
    int option;
    l = (struct load){
        .path = "/terminal", .amount = "1.00", .nclients = 1, .seconds = 5, .warmup = 1};
    l.customer = 3000000001;
    l.customers = 99000;
    l.trace = time(NULL) * 1000000;
    l.address.sin_family = AF_INET;
    l.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        take_option(&l, option, optarg);
    if (l.nclients < 1 || l.nclients > CLIENTS_MAX || l.ca == NULL || l.nterminals == 0)
        die("--ca and --terminals are needed, and 1 to 1024 clients");
    set_up(&l);
    drive(&l);
    print_result(&l);
    return l.ok > 0 ? 0 : 1;
}
