"""From which browser and which network a request came, so that the committee can be told what looks odd.

Kept are keyed hashes only: neither an address nor a cookie can be read from them, and with another key they mean
nothing. Nothing about the browser is measured: it is known by a random cookie of this site, set when somebody registers
or signs in. One browser or one address for many people is common (a workshop's computer, a whole factory), so nothing
is ever refused because of a trace. How long traces are kept: :data:`contest.signals.rules.KEPT`.
"""

import hmac
import re
import secrets
from functools import lru_cache
from ipaddress import IPv6Address

from flask import Response, after_this_request, current_app, g, request

COOKIE = "hoithi_may"
#: Seconds for which a browser keeps its cookie: a year, from one season's contest to the next.
LASTS = 365 * 24 * 60 * 60
#: Hexadecimal digits kept of a hash.
DIGITS = 16

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

#: Keyed hashes of browser and network; None: not known.
Trace = tuple[str | None, str | None]


def of_request() -> Trace:
    """Browser and network of the request at hand, from what it carries alone."""
    token = request.cookies.get(COOKIE, "")
    device = trace("device", token) if _TOKEN.fullmatch(token) else None
    place = network_of(request.remote_addr or "")
    return device, trace("network", place) if place else None


def at_the_door() -> Trace:
    """Like :func:`of_request` for somebody who registers or signs in: a browser without a cookie gets one now."""
    device, network = of_request()
    if device is None:
        if "new_browser" not in g:
            g.new_browser = secrets.token_urlsafe(16)
            after_this_request(_give_cookie)
        device = trace("device", g.new_browser)
    return device, network


def _give_cookie(response: Response) -> Response:
    response.set_cookie(
        COOKIE,
        g.new_browser,
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
    )
    return response


def trace(kind: str, value: str) -> str:
    """The keyed hash of a cookie or an address, 16 hexadecimal digits."""
    key = _key(current_app.config["SECRET_KEY"])
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256").hex()[:DIGITS]


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    """A key for traces alone, so that they tell nothing about signatures made with the same secret."""
    return hmac.digest(secret.encode(), b"traces of browsers and networks", "sha256")


def network_of(address: str) -> str:
    """What stands for the network behind an address: all of an IPv4 address, the first half of an IPv6 one.

    A home or a phone has a whole /64 of IPv6 addresses and changes within it. Empty for no address.

    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:aaaa::1"), network_of("::ffff:203.0.113.7")
    ('203.0.113.7', '2001:db8:1:2::', '203.0.113.7')
    >>> network_of("unix:")
    ''
    """
    if ":" not in address:
        return address
    try:
        whole = IPv6Address(address)
    except ValueError:
        return ""
    if whole.ipv4_mapped:
        return str(whole.ipv4_mapped)
    return str(IPv6Address(int(whole) >> 64 << 64))
