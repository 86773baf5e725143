"""Lots among people equal in everything else: drawn from what nobody chose, so that anybody can draw them again; pure.

The seed of a draw is the SHA-256 of a JSON object of three members: ``head`` (the head of the sealed chain of the
contest after its rounds closed, 64 hexadecimal digits or empty), ``public_text`` (what the committee read out in
public, may be empty) and ``round_seeds`` (the secret seeds of the rounds the draw is for, by number, each of which
was promised by the commitment of its round). The object is written with its keys in this order, no spaces, no escapes
but those that JSON demands, in UTF-8; the seed is written as 64 hexadecimal digits.

The lot of a person is made of the seed and of a receipt: SHA-256 of the text ``<seed>:<receipt>`` in ASCII, of which
the first 48 bits are written as 12 hexadecimal digits. The receipt is the least (in the order of ASCII) of those of
the person's counted attempts in the round, or for the whole contest in all of it. The smaller lot stands higher.
"""

import hashlib
import json
from collections.abc import Sequence

from contest.rounds.criteria import LOT_WIDTH


def lot_seed(round_seeds: Sequence[str], head: str, public_text: str) -> str:
    """The seed of a draw, 64 hexadecimal digits.

    >>> lot_seed(["00" * 32], "", "ket qua 12 34 56")[:16]
    'be3bbddfc5c7b889'
    """
    whole = {"head": head, "public_text": public_text, "round_seeds": list(round_seeds)}
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def lot_of(seed: str, receipt: str) -> str:
    """The lot of a person whose least receipt this is (as stored, without dashes), 12 hexadecimal digits.

    >>> lot_of("00" * 32, "K7M29QXC0123ABCD")
    '394cf7513f8a'
    """
    return hashlib.sha256(f"{seed}:{receipt}".encode("ascii")).hexdigest()[:LOT_WIDTH]
