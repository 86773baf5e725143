"""Reading QR codes off pictures as a phone does, without the library that draws them (ISO/IEC 18004).

Enough for a sharp picture: versions 1 to 6, error correction M or L, text as bytes. Errors are not corrected: a module
read wrongly gives a wrong text.
"""

from io import BytesIO

import numpy as np
from PIL import Image

#: Blocks and data codewords of each, by level (as format information numbers it) and version.
BLOCKS = {0: [(1, 16), (1, 28), (1, 44), (2, 32), (2, 43), (4, 27)], 1: [(1, 19), (1, 34), (1, 55), (1, 80), (1, 108)]}
MASKS = (
    lambda i, j: (i + j) % 2,
    lambda i, _j: i % 2,
    lambda _i, j: j % 3,
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)


def read(png: bytes, box_mm: tuple[float, float, float, float], dots_per_inch: int) -> str:
    """The text of the code inside a box (left, top, right, bottom, in millimetres) of a page."""
    box = tuple(round(side / 25.4 * dots_per_inch) for side in box_mm)
    return text_of(modules(np.asarray(Image.open(BytesIO(png)).convert("L").crop(box)) < 128))


def modules(dark: np.ndarray) -> np.ndarray:
    """The modules of the only code of a picture: its finders reach into three corners, each seven modules wide."""
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    code = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    finder = int(np.argmin(code[2]))
    size = round(len(code[0]) / (finder / 7))
    assert (size - 17) % 4 == 0, "no QR code"
    middles = [int((number + 0.5) * len(code[0]) / size) for number in range(size)]
    return code[np.ix_(middles, middles)]


def text_of(code: np.ndarray) -> str:
    """The text of a matrix of modules."""
    size = len(code)
    version = (size - 17) // 4
    told = int("".join(str(int(bit)) for bit in code[8][:5]), 2) ^ 0b10101
    mask, (count, length) = MASKS[told & 7], BLOCKS[told >> 3][version - 1]
    bits = [int(code[i][j]) ^ (mask(i, j) == 0) for i, j in path(size, version)]
    words = [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, count * length * 8, 8)]
    data = "".join(f"{words[place * count + block]:08b}" for block in range(count) for place in range(length))
    assert data[:4] == "0100", "not told as bytes"
    end = 12 + int(data[4:12], 2) * 8
    return bytes(int(data[at : at + 8], 2) for at in range(12, end, 8)).decode()


def path(size: int, version: int):
    """Where data stand, in their order: two columns at a time from the right, up and down by turns."""
    for turn, right in enumerate([*range(size - 1, 6, -2), *range(5, 0, -2)]):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        yield from ((i, j) for i in rows for j in (right, right - 1) if not is_pattern(i, j, size, version))


def is_pattern(i: int, j: int, size: int, version: int) -> bool:
    """Whether a module belongs to a finder with format information, a timing line or the alignment pattern."""
    near, far = 8, size - 9
    finder = (i <= near and j <= near) or (i <= near and j > far) or (i > far and j <= near)
    middle = 4 * version + 10
    alignment = version > 1 and abs(i - middle) <= 2 and abs(j - middle) <= 2
    return finder or alignment or i == 6 or j == 6
