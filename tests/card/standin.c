/*
 * The stand-in, called.
 */
#include "standin.h"

#include "store/schema.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX ((size_t)64 * 1024)
#define PATH_SIZE   512

/* What a test cannot go on without. */
static void must(enum gt_err err, const char *what)
{
    if (err) {
        fprintf(stderr, "%s: %s: %s\n", what, gt_err_name(err), gt_err_text());
        abort();
    }
}

enum gt_err standin_init(struct standin *s, const char *folder, const char *source,
                         const struct gt_clock *clock)
{
    char path[PATH_SIZE], other[PATH_SIZE];
    int applied;
    *s = (struct standin){.sim = {.clock = clock}};
    (void)snprintf(path, sizeof(path), "%s/conf/marketing/sg186.xml", source);
    (void)snprintf(other, sizeof(other), "%s/templates", source);
    enum gt_err err = gt_adapter_load(path, NULL, other, &s->adapter);
    if (err)
        return err;
    (void)snprintf(path, sizeof(path), "%s/sim.db", folder);
    (void)snprintf(other, sizeof(other), "%s/sql/sim", source);
    const struct gt_db_conf conf = {
        .path = path, .inline_mode = true, .create = true, .sync = GT_DB_RELAXED};
    err = gt_db_open(&conf, &s->sim.db);
    return err ? err : gt_migrate(s->sim.db, other, &applied);
}

void standin_done(struct standin *s)
{
    gt_db_close(s->sim.db);
    gt_adapter_free(s->adapter);
}

static bool serves(void *ctx, const char *customer_no)
{
    return gt_adapter_serves(((struct standin *)ctx)->adapter, customer_no);
}

static enum gt_err admit(void *ctx, int64_t wait_ms)
{
    (void)ctx, (void)wait_ms;
    return GT_OK;
}

static void leave(void *ctx)
{
    (void)ctx;
}

static void call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                 struct gt_up_reply *reply)
{
    struct standin *s = ctx;
    struct gt_buf out, back;
    struct gt_sg_request req;
    struct gt_sg_answer ans;
    enum gt_outcome outcome = GT_OUT_UPSTREAM_REFUSED;
    bool wellformed, lost = sim_rng_hit(s->rng, s->loss), heard = sim_rng_hit(s->rng, 600);
    (void)limit_ms;
    gt_buf_init(&out, MESSAGE_MAX);
    gt_buf_init(&back, MESSAGE_MAX);
    must(gt_request_render(s->adapter, request, &out, &outcome), "request");
    if (!lost || heard) {
        must(gt_sg_parse(out.data, out.len, &req, &wellformed), "stand-in");
        must(gt_sim_run(&s->sim, &req, 0, &ans), "stand-in");
        must(gt_sg_render(&req, &ans, &back), "answer");
    }
    if (lost)
        gt_reply_fill(reply, GT_UP_UNKNOWN, GT_OUT_IN_DOUBT, "lost");
    else if (!gt_reply_read(s->adapter, request, back.data, back.len, reply))
        must(GT_ERR_SYNTAX, reply->text);
    gt_buf_done(&out);
    gt_buf_done(&back);
}

struct gt_upstream standin_upstream(struct standin *s)
{
    return (struct gt_upstream){.name = "sg186",
                                .ctx = s,
                                .grace_ms = s->adapter->grace_ms,
                                .serves = serves,
                                .admit = admit,
                                .leave = leave,
                                .call = call};
}

void standin_ask(struct standin *s, const char *customer_no, struct gt_sg_answer *ans)
{
    struct gt_sg_request req = {.op = GT_SG_QUERY};
    must(gt_str_copy(req.customer, sizeof(req.customer), customer_no), "customer");
    must(gt_sim_run(&s->sim, &req, 0, ans), "stand-in");
}
