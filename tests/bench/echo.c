/*
 * The floor of the bench: nginx and libfcgi with nothing behind them.  Reads a request's body and
 * answers with as many bytes as a recharge is answered with.
 *
 *   echo SOCKET THREADS REPLY_BYTES
 */
#include <fcgiapp.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REPLY_MAX 65536

struct echo {
    int fd;
    char *reply;
};

static void *serve(void *arg)
{
    const struct echo *e = arg;
    FCGX_Request request;
    char body[65536];
    FCGX_InitRequest(&request, e->fd, 0);
    while (FCGX_Accept_r(&request) == 0) {
        const char *length = FCGX_GetParam("CONTENT_LENGTH", request.envp);
        long wanted = length ? strtol(length, NULL, 10) : 0;
        if (wanted > 0 && wanted <= (long)sizeof body)
            FCGX_GetStr(body, (int)wanted, request.in);
        FCGX_PutS(e->reply, request.out);
        FCGX_Finish_r(&request);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const char head[] = "Content-Type: text/xml; charset=utf-8\r\nContent-Length: ";
    static char reply[REPLY_MAX + sizeof head + 32];
    struct echo e = {.reply = reply};
    if (argc != 4)
        return 2;
    int threads = (int)strtol(argv[2], NULL, 10), bytes = (int)strtol(argv[3], NULL, 10);
    if (bytes < 0 || bytes > REPLY_MAX || FCGX_Init() != 0)
        return 1;
    int n = snprintf(reply, sizeof reply, "%s%d\r\n\r\n", head, bytes);
    memset(e.reply + n, 'x', (size_t)bytes);
    e.reply[n + bytes] = '\0';
    umask(0);
    e.fd = FCGX_OpenSocket(argv[1], 1024);
    if (e.fd < 0)
        return 1;
    for (int i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, &e) != 0)
            return 1;
    }
    serve(&e);
    return 0;
}
