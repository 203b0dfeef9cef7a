"""Reads QR codes of versions 1 to 5 at level L (one block each), without mending: for a code that came as a path."""

import re

MASKS = (lambda r, c: (r + c) % 2 == 0, lambda r, c: r % 2 == 0, lambda r, c: c % 3 == 0, lambda r, c: (r + c) % 3 == 0,
         lambda r, c: (r // 2 + c // 3) % 2 == 0, lambda r, c: r * c % 2 + r * c % 3 == 0,
         lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0, lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0)
QUIET = 4


def modules(path, size):
    """The dark modules that a path draws, as a square of booleans without its quiet zone."""
    width = size - 2 * QUIET
    square = [[False] * width for _ in range(width)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        for i in range(int(run)):
            square[int(y) - QUIET][int(x) + i - QUIET] = True
    return square


def is_function(row, column, width):
    """Finders with their format bits, timing, and the one alignment pattern of versions 2 to 5."""
    corner = (row < 9 and column < 9) or (row < 9 and column >= width - 8) or (row >= width - 8 and column < 9)
    at = width - 7
    aligned = width > 21 and abs(row - at) <= 2 and abs(column - at) <= 2
    return corner or row == 6 or column == 6 or aligned


def read(path, size):
    square = modules(path, size)
    width = len(square)
    assert (width - 17) % 4 == 0 and 1 <= (width - 17) // 4 <= 5
    format_bits = [square[8][c] for c in (0, 1, 2, 3, 4)]
    level, mask = (int("".join("01"[b] for b in part), 2) for part in (format_bits[:2], format_bits[2:]))
    assert level ^ 0b10 == 0b01, "not of level L"
    dark = MASKS[mask ^ 0b101]
    bits, up, column = "", True, width - 1
    while column > 0:
        column -= column == 6
        for row in range(width - 1, -1, -1) if up else range(width):
            for c in (column, column - 1):
                if not is_function(row, c, width):
                    bits += "01"[square[row][c] ^ dark(row, c)]
        up, column = not up, column - 2
    assert bits[:4] == "0100", "not of bytes"
    count = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * i:20 + 8 * i], 2) for i in range(count)).decode()
