/*
 * The program gridtill-sim itself, killed in the middle of its work: what it answered is in its
 * books, and its locks are free.
 */
#include "sim_client.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define PATIENCE_S 60 /* after which something hangs, however busy the machine is */
#define VICTIMS    8

static int free_port(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
    close(fd);
    return ntohs(addr.sin_port);
}

/* Starts gridtill-sim on a database of its own and waits until it listens. */
static pid_t spawn_sim(const char *folder, int port)
{
    char db[UNIT_PATH_MAX + 16], listen[32], log[UNIT_PATH_MAX + 16], sql[UNIT_PATH_MAX];
    (void)snprintf(db, sizeof(db), "%s/killed.db", folder);
    (void)snprintf(log, sizeof(log), "%s/killed.log", folder);
    (void)snprintf(listen, sizeof(listen), "127.0.0.1:%d", port);
    char *const argv[] = {
        "gridtill-sim", "serve", "--db",  db,
        "--listen",     listen,  "--sql", (char *)(uintptr_t)unit_source("sql/sim", sql),
        "--log",        log,     NULL};
    pid_t pid = 0;
    assert_int_equal(posix_spawn(&pid, "./gridtill-sim", NULL, NULL, argv, environ), 0);
    for (int i = 0; i < PATIENCE_S * 20; i++) {
        int fd = sim_dial(port);
        if (fd >= 0) {
            close(fd);
            return pid;
        }
        usleep(50000);
    }
    fail_msg("gridtill-sim does not listen");
    return 0;
}

struct victim {
    pthread_t thread;
    int port, number;
    _Atomic int answered; /* the serials before this one were answered */
};

static void *load_until_killed(void *arg)
{
    struct victim *v = arg;
    char body[8192], serial[24], customer[24];
    int fd = sim_dial(v->port);
    for (;; v->answered++) {
        (void)snprintf(serial, sizeof(serial), "7%02d%06d", v->number, v->answered);
        (void)snprintf(customer, sizeof(customer), "30000%05d", v->number * 100 + 1);
        sim_ask_recharge(fd, serial, customer);
        if (sim_get(fd, body, sizeof(body)) != 200)
            break;
    }
    close(fd);
    return NULL;
}

static int all_answered(const struct victim *victims)
{
    int n = 0;
    for (int i = 0; i < VICTIMS; i++)
        n += victims[i].answered;
    return n;
}

static void what_was_answered_survives_a_kill(void **state)
{
    char folder[UNIT_PATH_MAX];
    struct victim victims[VICTIMS];
    int port = free_port(), status = 0;
    (void)state;
    if (access("./gridtill-sim", X_OK))
        skip_because("gridtill-sim is not built");
    unit_folder(folder);
    pid_t pid = spawn_sim(folder, port);
    for (int i = 0; i < VICTIMS; i++) {
        victims[i] = (struct victim){.port = port, .number = i};
        assert_int_equal(pthread_create(&victims[i].thread, NULL, load_until_killed, &victims[i]),
                         0);
    }
    for (int i = 0; i < PATIENCE_S * 100 && all_answered(victims) < 5 * VICTIMS; i++)
        usleep(10000);
    assert_int_equal(kill(pid, SIGKILL), 0);
    for (int i = 0; i < VICTIMS; i++)
        assert_int_equal(pthread_join(victims[i].thread, NULL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(all_answered(victims) >= 5 * VICTIMS);
    pid = spawn_sim(folder, port); /* the same database: its locks are free */
    for (int i = 0; i < VICTIMS; i++)
        for (int n = 0; n < victims[i].answered; n++) {
            char serial[24];
            (void)snprintf(serial, sizeof(serial), "7%02d%06d", i, n);
            assert_int_equal(sim_fate(port, serial), '1');
        }
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    unit_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_answered_survives_a_kill)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
