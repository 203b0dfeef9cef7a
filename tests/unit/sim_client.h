/*
 * A client of the stand-in marketing system over raw sockets, for its tests.
 */
#ifndef GT_TESTS_SIM_CLIENT_H
#define GT_TESTS_SIM_CLIENT_H

#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A connection, -1 if nobody listens. */
static inline int sim_dial(int port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = 60};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
    if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
        close(fd);
        return -1;
    }
    return fd;
}

/* That the other side is gone shows when reading. */
static inline void sim_put(int fd, const char *text)
{
    (void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* Reads one response; gives its status, 0 if the connection ended first.  `body` gets it all. */
static inline int sim_get(int fd, char *body, size_t size)
{
    size_t len = 0, whole = 0;
    int status = 0;
    while (len < size - 1 && (whole == 0 || len < whole)) {
        /* Byte by byte up to the body, so that a second response stays in the socket. */
        ssize_t n = recv(fd, body + len, whole ? whole - len : 1, 0);
        if (n <= 0)
            return 0;
        len += (size_t)n;
        body[len] = '\0';
        if (whole == 0 && len > 4 && strcmp(body + len - 4, "\r\n\r\n") == 0) {
            const char *length = strstr(body, "Content-Length: ");
            assert_non_null(length);
            status = (int)strtol(body + strlen("HTTP/1.1 "), NULL, 10);
            whole = len + strtoul(length + strlen("Content-Length: "), NULL, 10);
        }
    }
    return status;
}

static inline void sim_ask(int fd, const char *op, const char *fields)
{
    char xml[2048], http[4096];
    int len = snprintf(xml, sizeof(xml),
                       "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
                       "<%s xmlns=\"urn:sg186:pay\">%s</%s></s:Body></s:Envelope>",
                       op, fields, op);
    (void)snprintf(http, sizeof(http),
                   "POST /sg186 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml; charset=utf-8\r\n"
                   "SOAPAction: \"%s\"\r\nContent-Length: %d\r\n\r\n%s",
                   op, len, xml);
    sim_put(fd, http);
}

static inline void sim_ask_recharge(int fd, const char *serial, const char *customer)
{
    char fields[256];
    (void)snprintf(fields, sizeof(fields),
                   "<jylsh>%s</jylsh><yhbh>%s</yhbh><jfje>50.00</jfje><jsfs>01</jsfs>", serial,
                   customer);
    sim_ask(fd, "gdcz", fields);
}

/* The jyzt of a serial: '1' posted, '2' refused, '3' absent. */
static inline char sim_fate(int port, const char *serial)
{
    char body[8192], fields[128];
    int fd = sim_dial(port);
    assert_true(fd >= 0);
    (void)snprintf(fields, sizeof(fields), "<yjylsh>%s</yjylsh>", serial);
    sim_ask(fd, "jycx", fields);
    assert_int_equal(sim_get(fd, body, sizeof(body)), 200);
    close(fd);
    const char *at = strstr(body, "<jyzt>");
    return at ? at[6] : '?';
}

#endif
