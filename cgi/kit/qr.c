/*
 * QR codes.  The only file that knows libqrencode.
 */
#include "kit/qr.h"

#include "base/crypt.h"

#include <errno.h>
#include <qrencode.h>

/* Modules that must be empty around a code (ISO/IEC 18004). */
#define QUIET 4

/* One rectangle a run of dark modules in a row. */
static void put_row(struct gt_buf *path, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        int run = 0;
        while (x + run < width && (row[x + run] & 1))
            run++;
        if (run > 0)
            gt_buf_printf(path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        x += run;
    }
}

enum gt_err gt_qr_path(const char *text, struct gt_buf *path, int *size)
{
    /* On a screen nothing is torn or dirty: the lowest level of correction has the largest modules.
     */
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    if (!code)
        return errno == ERANGE ? gt_err_set(GT_ERR_TOOBIG, "a text for a QR code")
                               : gt_err_sys(GT_ERR_NOMEM, errno, "a QR code");
    for (int y = 0; y < code->width; y++)
        put_row(path, code->data + y * code->width, code->width, y);
    *size = code->width + 2 * QUIET;
    gt_wipe(code->data, (size_t)code->width * (size_t)code->width);
    QRcode_free(code);
    return gt_buf_err(path);
}
