/*
 * The tables of a card.
 */
#include "layout.h"

const uint8_t gt_chip_aid[GT_CHIP_AID_SIZE] = {0xf0, 'G', 'R', 'I', 'D', 'T', 'I', 'L', 'L'};

const size_t gt_chip_file_size[GT_CHIP_FILE__MAX] = {
    [GT_CHIP_SERIAL] = 20, [GT_CHIP_IDENTITY] = 44, [GT_CHIP_PARAMETERS] = 8,
    [GT_CHIP_RETURN] = 32, [GT_CHIP_WALLET] = 44,
};

const struct gt_chip_step gt_chip_steps[GT_CHIP_STEPS] = {
    {GT_CHIP_IDENTITY, 44},
    {GT_CHIP_PARAMETERS, 88},
    {GT_CHIP_RETURN, GT_CHIP_ZEROS},
    {GT_CHIP_WALLET, 0},
};

uint64_t gt_chip_number(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | *at++;
    return value;
}

void gt_chip_number_put(uint8_t *at, size_t size, uint64_t value)
{
    while (size-- > 0) {
        at[size] = (uint8_t)value;
        value >>= 8;
    }
}
