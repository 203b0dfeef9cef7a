/*
 * console.fcgi: the pages of administrators and managers.
 */
#include "console.h"

/* Bytes of the largest body, an import. */
#define BODY_MAX ((size_t)8 * 1024 * 1024)

static enum gt_err serve(struct gt_start *start, bool *served)
{
    static const struct gt_staff_kind kind = {
        .name = "console",
        .service = "console.fcgi",
        .prefix = "/console",
        .body_max = BODY_MAX,
        .frame = gt_console_menu,
    };
    return gt_staff_serve(start, &kind, start->conf.console_socket, start->conf.console_threads,
                          served);
}

static char *socket_of(struct gt_conf *conf)
{
    return conf->console_socket;
}

int main(int argc, char **argv)
{
    static const struct gt_program program = {
        .name = "console.fcgi",
        .about = "Serves the pages of administrators and managers",
        .socket = socket_of,
        .serve = serve,
        .routes = gt_staff_routes,
    };
    return gt_start_main(&program, argc, argv);
}
