"""Ports for servers that leave theirs for a moment and come back."""

import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
LOWEST = 20_000
#: Where Linux keeps which ports it hands out by itself, and the first of them where it does not say.
_HANDED_OUT, _USUALLY = Path("/proc/sys/net/ipv4/ip_local_port_range"), 32_768
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens at, below those that the system hands out by itself.

    One of those may be given to anybody's connection before the server listens, or while it is away. Nor is one told
    twice to a process, as it may not be listened at yet.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(LOWEST, max(_first_handed_out(), LOWEST + 1000))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port not in _given:
            _given.add(port)
            return port


def _first_handed_out() -> int:
    return int(_HANDED_OUT.read_text().split()[0]) if _HANDED_OUT.exists() else _USUALLY
