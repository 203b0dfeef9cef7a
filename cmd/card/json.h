/*
 * The page's language: a packet out of JSON, answers as JSON (doc/card.md).
 */
#ifndef GT_CARD_JSON_H
#define GT_CARD_JSON_H

#include "base/err.h"
#include "reader.h"

/* Greatest body of a request. */
#define GT_CARD_BODY_MAX 4096

/* Reads a request to write.  Strict: every member, of the right form, nothing else.
 * GT_ERR_SYNTAX: `*member` names the member that is wrong (static), NULL if it is no JSON object;
 * GT_ERR_NOMEM. */
enum gt_err gt_card_packet_parse(const char *data, size_t len, struct gt_chip_packet *packet,
                                 const char **member) GT_CHECK;

/* Answers; owned by the caller (free), NULL without memory. */
char *gt_card_json_status(const struct gt_presence *seen);
/* `chip` and `random` are looked at only if seen->state is GT_READER_CARD. */
char *gt_card_json_card(const struct gt_presence *seen, const struct gt_chip *chip,
                        const uint8_t random[GT_CHIP_RANDOM]);
/* `random` is looked at only if report->read. */
char *gt_card_json_report(const struct gt_chip_report *report,
                          const uint8_t random[GT_CHIP_RANDOM]);
char *gt_card_json_error(const char *error, const char *zh, const char *en);

#endif
