/*
 * Rights in their groups.
 */
#include "rights.h"

const char *gt_right_label(const struct gt_page *page, enum gt_right right)
{
    const struct gt_right_info *info = gt_right_info(right);
    return page->lang == GT_LANG_EN ? info->en : info->zh;
}

void gt_rights_show(struct gt_page *page, int64_t has, int64_t open)
{
    for (int group = 0; group < GT_RIGHTS__MAX; group++) {
        gt_page_set(page, gt_right_group_name((enum gt_right_group)group, page->lang == GT_LANG_EN),
                    "Group.%d.Name", group);
        for (int right = 0; right < GT_RIGHT__MAX; right++) {
            const struct gt_right_info *info = gt_right_info((enum gt_right)right);
            if ((int)info->group != group)
                continue;
            gt_page_set(page, info->key, "Group.%d.Right.%d.Key", group, right);
            gt_page_set(page, gt_right_label(page, (enum gt_right)right), "Group.%d.Right.%d.Name",
                        group, right);
            if (has & GT_RIGHT_BIT(right))
                gt_page_set(page, "1", "Group.%d.Right.%d.Has", group, right);
            if (!(open & GT_RIGHT_BIT(right)))
                gt_page_set(page, "1", "Group.%d.Right.%d.Closed", group, right);
        }
    }
}

int64_t gt_rights_ticked(const struct gt_page *page)
{
    const struct gt_pair *param;
    int64_t rights = 0;
    for (size_t i = 0; (param = gt_params_at(&page->form, "rights", i)); i++) {
        enum gt_right right;
        if (gt_right_find(param->value, &right))
            rights |= GT_RIGHT_BIT(right);
    }
    return rights;
}
