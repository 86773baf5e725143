"""Reading a QR code out of a picture as a camera does: looking for its corners, then sampling its dots."""

from itertools import combinations, groupby

import numpy as np
from PIL import Image

#: Lengths of dark and light along a line through one of the three corners, in dots.
CORNER = (1, 1, 3, 1, 1)
#: So many places that may be corners are tried.
LIKELY = 12


def dots(picture: Image.Image) -> np.ndarray:
    """The dots of the only code in a picture, True for dark, without its margin."""
    dark = np.asarray(picture.convert("L")) < 128
    return sampled(dark, *corners(dark))


def sampled(dark: np.ndarray, dot: float, places: np.ndarray) -> np.ndarray:
    """What stands where dots would be if three places were the middles of a code's corners."""
    top, left = np.min(places, axis=0)
    bottom, right = np.max(places, axis=0)
    # Middles of corners stand 3.5 dots from the edges; both sides are 7 dots less than the whole apart.
    size = round((right - left) / dot) + 7
    at_x = left + (np.arange(size) - 3) * (right - left) / (size - 7)
    at_y = top + (np.arange(size) - 3) * (bottom - top) / (size - 7)
    height, width = dark.shape
    return dark[np.round(at_y).astype(int).clip(0, height - 1)[:, None], np.round(at_x).astype(int).clip(0, width - 1)]


def corners(dark: np.ndarray) -> tuple[float, np.ndarray]:
    """Pixels a dot, and the middles (row, column) of the three corners."""
    across = {(row, int(at)): (at, dot) for row, line in enumerate(dark) for at, dot in middles(line)}
    down = {(int(at), column): at for column, line in enumerate(dark.T) for at, _ in middles(line)}
    found = [(down[place], *across[place]) for place in across if place in down]
    groups: list[list[tuple[float, float, float]]] = []
    for row, column, dot in found:
        near = [one for one in groups if max(abs(one[0][0] - row), abs(one[0][1] - column)) < 2 * dot]
        if near:
            near[0].append((row, column, dot))
        else:
            groups.append([(row, column, dot)])
    # Dots within a code and letters look like a corner by chance: mostly along fewer lines than corners do.
    likely = sorted(groups, key=len, reverse=True)[:LIKELY]
    for three in combinations(likely, 3):
        places = np.array([np.mean(group, axis=0)[:2] for group in three])
        dot = float(np.median([dot for group in three for _, _, dot in group]))
        if is_code(dark, dot, places):
            return dot, places
    raise ValueError("no code is seen in the picture")


def is_code(dark: np.ndarray, dot: float, places: np.ndarray) -> bool:
    """Whether three places stand as corners do, with dots in turns dark and light between them."""
    (top, left), (bottom, right) = np.min(places, axis=0), np.max(places, axis=0)
    wanted = np.array([(top, left), (top, right), (bottom, left)])
    apart = np.abs(places[:, None] - wanted[None]).max(axis=2).min(axis=0)
    size = round((right - left) / dot) + 7
    if (apart > dot).any() or abs((right - left) - (bottom - top)) > dot or size < 21 or size % 4 != 1:
        return False
    found, turns = sampled(dark, dot, places), np.arange(8, size - 8) % 2 == 0
    return bool((found[6, 8:-8] == turns).all() and (found[8:-8, 6] == turns).all())


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
