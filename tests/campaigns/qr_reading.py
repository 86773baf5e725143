"""Reading a QR code out of a picture as a camera does: looking for its corners, then sampling its dots."""

from itertools import groupby

import numpy as np
from PIL import Image

#: Lengths of dark and light along a line through one of the three corners, in dots.
CORNER = (1, 1, 3, 1, 1)


def dots(picture: Image.Image) -> np.ndarray:
    """The dots of the only code in a picture, True for dark, without its margin."""
    dark = np.asarray(picture.convert("L")) < 128
    dot, places = corners(dark)
    top, left = np.min(places, axis=0)
    bottom, right = np.max(places, axis=0)
    # Middles of corners stand 3.5 dots from the edges; both sides are 7 dots less than the whole apart.
    size = round((right - left) / dot) + 7
    at_x = left + (np.arange(size) - 3) * (right - left) / (size - 7)
    at_y = top + (np.arange(size) - 3) * (bottom - top) / (size - 7)
    return dark[np.round(at_y).astype(int)[:, None], np.round(at_x).astype(int)]


def corners(dark: np.ndarray) -> tuple[float, np.ndarray]:
    """Pixels a dot, and the middles (row, column) of the three corners."""
    across = {(row, int(at)): (at, dot) for row, line in enumerate(dark) for at, dot in middles(line)}
    down = {(int(at), column): at for column, line in enumerate(dark.T) for at, _ in middles(line)}
    found = np.array([(down[place], across[place][0]) for place in across if place in down], float)
    dot = float(np.median([across[place][1] for place in across if place in down]))
    groups: list[list[np.ndarray]] = []
    for place in found:
        near = next((group for group in groups if np.abs(group[0] - place).max() < 5 * dot), None)
        if near is None:
            groups.append([place])
        else:
            near.append(place)
    # Dots within a code look like a corner by chance along a line or two, corners along three dots of lines.
    likeliest = sorted(groups, key=len)[-3:]
    return dot, np.array([np.mean(group, axis=0) for group in likeliest])


def middles(line: np.ndarray) -> list[tuple[float, float]]:
    """Where a line of pixels crosses the middle of what looks like a corner, with the pixels a dot."""
    runs, start = [], 0
    for value, group in groupby(line.tolist()):
        length = len(list(group))
        runs.append((value, start, length))
        start += length
    found = []
    for place in range(len(runs) - 4):
        five = runs[place : place + 5]
        dot = sum(length for _, _, length in five) / 7
        if (
            five[0][0]
            and dot > 1.5
            and all(abs(run[2] - wanted * dot) <= 0.6 * dot for run, wanted in zip(five, CORNER, strict=True))
        ):
            found.append((five[2][1] + (five[2][2] - 1) / 2, dot))
    return found
