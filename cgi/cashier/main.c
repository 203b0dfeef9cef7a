/*
 * cashier.fcgi: the page of those who collect.
 */
#include "cashier.h"
#include "staff/attached.h"

/* Who has pages of the console besides finds the way there, who reads meters that to the readings.
 */
static void frame(struct gt_page *page)
{
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_STATS_VIEW))
        gt_page_set(page, "1", "Frame.Console");
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_READ))
        gt_page_set(page, "1", "Frame.Reads");
}

static enum gt_err serve(struct gt_start *start, bool *served)
{
    static const struct gt_staff_kind kind = {
        .name = "cashier",
        .service = "cashier.fcgi",
        .prefix = "/cashier",
        .common = "cashier",
        .body_max = GT_ATTACHED_BODY, /* pictures; each route has its own limit below that */
        .sells = true,
        .frame = frame,
    };
    return gt_staff_serve(start, &kind, start->conf.cashier_socket, start->conf.cashier_threads,
                          served);
}

static char *socket_of(struct gt_conf *conf)
{
    return conf->cashier_socket;
}

int main(int argc, char **argv)
{
    static const struct gt_program program = {
        .name = "cashier.fcgi",
        .about = "Serves the page of cashiers and agents",
        .socket = socket_of,
        .serve = serve,
        .routes = gt_staff_routes,
    };
    return gt_start_main(&program, argc, argv);
}
