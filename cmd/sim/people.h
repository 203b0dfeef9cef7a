/*
 * Demo customers, made from their number: the same number always gives the same person, meter and
 * bills, so ten thousand of them cost nothing until they are touched.
 */
#ifndef GT_SIM_PEOPLE_H
#define GT_SIM_PEOPLE_H

#include "sg186.h"

/* What `yhlx` tells. */
enum gt_sim_kind { GT_SIM_NOBODY, GT_SIM_BILL, GT_SIM_CARD, GT_SIM_REMOTE };

#define GT_SIM_PERSON_BILLS 3

struct gt_sim_person {
    char number[GT_SG_KEY_MAX];
    enum gt_sim_kind kind;
    char name[64];
    char address[128];
    char meter[GT_SG_KEY_MAX];
    bool opened;              /* as delivered; a card meter may be opened later */
    char card[GT_SG_KEY_MAX]; /* as delivered; "" if none */
    int nbills;
    struct gt_sg_bill bills[GT_SIM_PERSON_BILLS]; /* as delivered, oldest first */
};

#define GT_SIM_FOUND_MAX 10

/* Finds customers in whose name or address stands each of `words` (between blanks), the first ones
 * with numbers behind `after` ("" from the first), and gives how many; `*more`: there are others.
 */
int gt_sim_people_find(const char *words, const char *after,
                       struct gt_sim_person found[GT_SIM_FOUND_MAX], bool *more);

/* Makes the customer with this number; false if the number is nobody's. */
bool gt_sim_person_make(const char *number, struct gt_sim_person *who);

#endif
