"""Security headers of every answer, and who may keep a copy of it."""

from collections.abc import Iterable

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; {files}"
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
POLICY = _POLICY.format(scripts="'self'", styles="'self'", files="font-src 'self'; manifest-src 'self'; ")


def policy_of_whole(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The content policy of a page that holds all its styles and scripts: these sources and no others."""
    return _POLICY.format(scripts=" ".join(scripts), styles=" ".join(styles), files="")


HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


#: What every answer gets that does not say otherwise, with the names in small letters.
_DEFAULTS = tuple((name.lower(), name, value) for name, value in HEADERS.items()) + (
    ("cache-control", "Cache-Control", "private, no-store"),
)


def init_app(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    # Looking each name up goes through all headers; most answers have none of these yet.
    present = {name.lower() for name, _value in response.headers}
    missing = [(name, value) for low, name, value in _DEFAULTS if low not in present]
    response.headers.extend(missing)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
