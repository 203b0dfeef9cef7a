/*
 * The routing table, gathered by the linker.
 */
#include "kit/route.h"

#include <string.h>

/* Weak: a program without pages has no such section. */
extern const struct gt_route *const __start_gt_routes[] __attribute__((weak));
extern const struct gt_route *const __stop_gt_routes[] __attribute__((weak));

size_t gt_route_count(void)
{
    return __start_gt_routes ? (size_t)(__stop_gt_routes - __start_gt_routes) : 0;
}

const struct gt_route *gt_route_at(size_t i)
{
    return __start_gt_routes[i];
}

const struct gt_route *gt_route_find(const char *path)
{
    for (size_t i = 0; i < gt_route_count(); i++) {
        if (strcmp(gt_route_at(i)->path, path) == 0)
            return gt_route_at(i);
    }
    return NULL;
}

enum gt_err gt_routes_check(void)
{
    for (size_t i = 0; i < gt_route_count(); i++) {
        const struct gt_route *route = gt_route_at(i);
        if (!route->path || !route->name || (!route->get && !route->post))
            return gt_err_set(GT_ERR_CONFIG, "route %zu (%s) is not whole", i,
                              route->path ? route->path : "");
        if (gt_route_find(route->path) != route)
            return gt_err_set(GT_ERR_CONFIG, "two routes have the path %s", route->path);
    }
    return GT_OK;
}

static void print(struct gt_buf *out, const struct gt_route *route, bool post,
                  const char *(*right_name)(int right))
{
    size_t body = route->body_max ? route->body_max : GT_ROUTE_BODY;
    gt_buf_printf(out, "%s\t%s\t%s\t%s\t%zu\t%s\n", route->path, post ? "POST" : "GET",
                  right_name(route->right), post ? "csrf" : "-", post ? body : 0,
                  route->object ? route->object : "-");
}

void gt_routes_print(struct gt_buf *out, const char *(*right_name)(int right))
{
    for (size_t i = 0; i < gt_route_count(); i++) {
        const struct gt_route *route = gt_route_at(i);
        if (route->get)
            print(out, route, false, right_name);
        if (route->post)
            print(out, route, true, right_name);
    }
}
