/*
 * A parameter at an organisation, as its page and the form that changes it find it, and how its
 * value is written.
 */
#ifndef GT_CONSOLE_PARAM_H
#define GT_CONSOLE_PARAM_H

#include "access/param.h"
#include "console.h"

#define GT_PARAM_TEXT 120 /* bytes of a value as people read it */

struct gt_param_found {
    bool there; /* both are, and the visitor holds the right there */
    enum gt_param param;
    struct gt_org org, from; /* from: where the value was set; id 0: nowhere */
    struct gt_param_view view;
    int64_t inherited; /* what holds if nothing is set here */
};

/* In a transaction: the parameter `name` and the organisation `org` of the address, if the visitor
 * holds `right` there. */
void gt_param_find_in(struct gt_tx *tx, struct gt_page *page, enum gt_right right,
                      struct gt_param_found *found);
/* Gives the template Param.Key, .Name, .Help, .Value, .Default, .Range, .Set (it is set here),
 * .From, .FromId, .Inherited, .TopOnly, .Org, .OrgCode, .OrgId. */
void gt_param_set(struct gt_page *page, const struct gt_param_found *found);

/* "30 分钟", "¥1,000.00", the word of a choice; gives `text` back. */
const char *gt_param_text(const struct gt_page *page, enum gt_param param, int64_t value,
                          char text[GT_PARAM_TEXT]);
/* The word of a choice; borrowed. */
const char *gt_param_choice(const struct gt_page *page, enum gt_param param, int64_t value);

#endif
