/*
 * What a file is, by its bytes: a whole PNG, JPEG or PDF.
 *
 * Looked at as far as it takes to say that it is one of them from its first byte to its end, so
 * that nothing else can be put in under their name.  Nothing is decoded: that is for the browser,
 * which is told the kind and made to believe it (nosniff).
 */
#include "books/attach.h"

#include <string.h>

/* Pixels on a side at most: more is meant to eat memory. */
#define SIDE_MOST 20000
/* A PDF ends with its mark within this. */
#define PDF_END 1024

static uint32_t read_be(const uint8_t *p, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++)
        value = value << 8 | p[i];
    return value;
}

static bool side_ok(uint32_t side)
{
    return side > 0 && side <= SIDE_MOST;
}

/* PNG (ISO/IEC 15948): a signature, and chunks of length, name, data and check, IHDR first, IEND
 * last and at the end of the file. */
static bool is_png(const uint8_t *data, size_t len)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    size_t at = sizeof(signature);

    if (len < at + 25 || memcmp(data, signature, at) != 0 || read_be(data + at, 4) != 13 ||
        memcmp(data + at + 4, "IHDR", 4) != 0 || !side_ok(read_be(data + at + 8, 4)) ||
        !side_ok(read_be(data + at + 12, 4)))
        return false;
    while (len - at >= 12) {
        size_t size = read_be(data + at, 4);
        bool end = memcmp(data + at + 4, "IEND", 4) == 0;

        if (size > len - at - 12)
            return false;
        at += 12 + size;
        if (end)
            return size == 0 && at == len;
    }
    return false;
}

/* Whether a marker of JPEG begins a frame, which tells the sides. */
static bool is_frame(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* JPEG (ISO/IEC 10918-1): markers with lengths up to the scan, and an end of image somewhere behind
 * it, after which cameras write things of their own. */
static bool is_jpeg(const uint8_t *data, size_t len)
{
    static const uint8_t end_mark[2] = {0xff, 0xd9};
    bool frame = false;
    size_t at = 2;

    if (len < 4 || data[0] != 0xff || data[1] != 0xd8)
        return false;
    while (len - at >= 4 && data[at] == 0xff) {
        uint8_t marker = data[at + 1];
        size_t size = read_be(data + at + 2, 2);

        if (marker == 0xff) { /* filling */
            at++;
            continue;
        }
        if (marker < 0xc0 || size < 2 || size > len - at - 2)
            return false;
        if (is_frame(marker)) {
            if (size < 8 || !side_ok(read_be(data + at + 5, 2)) ||
                !side_ok(read_be(data + at + 7, 2)))
                return false;
            frame = true;
        }
        at += 2 + size;
        if (marker == 0xda) /* the scan */
            return frame && memmem(data + at, len - at, end_mark, sizeof(end_mark)) != NULL;
    }
    return false;
}

/* PDF (ISO 32000): its version at the very beginning, its end mark near the end. */
static bool is_pdf(const uint8_t *data, size_t len)
{
    size_t tail = len < PDF_END ? len : PDF_END;

    return len > 16 && (memcmp(data, "%PDF-1.", 7) == 0 || memcmp(data, "%PDF-2.", 7) == 0) &&
           memmem(data + len - tail, tail, "%%EOF", 5) != NULL;
}

enum gt_attach_type gt_attach_type_of(const void *data, size_t len)
{
    if (is_png(data, len))
        return GT_ATTACH_PNG;
    if (is_jpeg(data, len))
        return GT_ATTACH_JPEG;
    return is_pdf(data, len) ? GT_ATTACH_PDF : (enum gt_attach_type)0;
}

const char *gt_attach_mime(enum gt_attach_type type)
{
    static const char *const mimes[GT_ATTACH__MAX] = {"application/octet-stream", "image/png",
                                                      "image/jpeg", "application/pdf"};

    return mimes[type > 0 && type < GT_ATTACH__MAX ? type : 0];
}
