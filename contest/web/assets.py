"""Style sheets, scripts and pictures: joined, made small, fingerprinted, kept in memory ready compressed."""

import gzip
import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from string import ascii_uppercase, digits

import brotli
import rcssmin
import rjsmin
from flask import Flask, Response, abort, request, url_for

from contest.web.doors import public

STATIC = Path(__file__).resolve().parents[2] / "static"

_MEMBER = (
    *("tokens", "base", "prose", "layout", "buttons", "buttons-more"),
    *("forms", "page", "tables", "wording", "answered"),
)
_DESK = (*_MEMBER, "desk", "letter", "campaign")
_LEAN_PAPER = ("tokens", "base", "buttons", "attempt")
_PAPER = (*_LEAN_PAPER, "kinds", "wording")
BUNDLES = {
    "css/member.css": (*_MEMBER, "print"),
    "css/desk.css": (*_DESK, "print"),
    "css/paper.css": (*_PAPER, "prose", "answered"),
    "css/attempt.css": _PAPER,
    "css/lettered.css": _LEAN_PAPER,
}
#: Sheets of pages that have no other.
LONELY = {"css/attempt.css", "css/lettered.css"}
#: Scripts joined of modules, in an order in which what is used while they start comes first.
JOINED = {
    "js/attempt.js": ("page", "fields", "merge", "clock", "store", "saving", "ending", "comfort", "start"),
}
#: What only modules apart from each other need.
_JOINTS = re.compile(r"^import [^;]*;\n|^export (?=const|let|function|async)", re.MULTILINE)
_TOP = re.compile(r"^(?:async )?(?:const|let|function) (\w{3,})", re.MULTILINE)
_STRING_OR_NAME = re.compile(r'"[^"\n]*"|(?<![\w$.])[A-Za-z]\w+')
MIME = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_TEXT = {".css", ".js", ".svg", ".txt", ".webmanifest"}


@dataclass(frozen=True)
class Asset:
    """One file as it goes over the wire; the compressed forms are made when first asked for."""

    body: bytes
    mime: str
    compressible: bool

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def source(self) -> str:
        """How a content policy names a page's own style or script that is exactly this."""
        return f"'sha256-{b64encode(hashlib.sha256(self.body).digest()).decode()}'"

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def brotli(self) -> bytes:
        return brotli.compress(self.body, quality=11)


@dataclass(frozen=True)
class AssetStore:
    """All assets by their path below ``/static/<version>/``; the version changes when any of them does."""

    assets: Mapping[str, Asset]
    version: str


@cache
def load_assets(folder: Path = STATIC) -> AssetStore:
    """Read, minify and join everything below ``folder``, once a process."""
    assets = {
        path.relative_to(folder).as_posix(): _asset(path.suffix, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in MIME
    }
    for name, parts in BUNDLES.items():
        sources = [folder / "css" / f"{part}.css" for part in parts]
        sheet = _asset(".css", b"".join(source.read_bytes() for source in sources))
        assets[name] = _lean(sheet) if name in LONELY else sheet
    for name, parts in JOINED.items():
        sources = [folder / name.removesuffix(".js") / f"{part}.js" for part in parts]
        assets[name] = _asset(".js", _joined([source.read_text() for source in sources]).encode())
    whole = hashlib.sha256()
    for name in sorted(assets):
        whole.update(f"{name} {assets[name].digest}\n".encode())
    return AssetStore(assets, whole.hexdigest()[:10])


def _lean(sheet: Asset) -> Asset:
    """A style sheet without the colours and sizes that nothing in it uses."""
    text = sheet.body.decode()
    used = set(re.findall(r"var\((--[\w-]+)", text))
    kept = re.sub(r"(--[\w-]+):[^;}]*;?", lambda found: found[0] if found[1] in used else "", text)
    return Asset(kept.encode(), sheet.mime, sheet.compressible)


def _joined(modules: list[str]) -> str:
    """Modules as one, whose own names are short: a paper of many questions has few bytes to spare.

    Names that are a property somewhere stay as they are. Neither a shorthand property nor the text of a template may
    hold a name of the top level.
    """
    source = "".join(_JOINTS.sub("", module) for module in modules)
    whole = rjsmin.jsmin(source)
    own = [name for name in _TOP.findall(source) if f".{name}" not in whole]
    signs = (letter + digit for digit in ("", *digits) for letter in ascii_uppercase)
    short = dict(zip(sorted(own, key=whole.count, reverse=True), signs, strict=False))

    def renamed(found: re.Match[str]) -> str:
        before, behind = whole[found.start() - 1], whole[found.end() : found.end() + 1]
        is_key = behind == ":" and before in "{,"
        return found[0] if is_key else short.get(found[0], found[0])

    return _STRING_OR_NAME.sub(renamed, whole)


def _asset(suffix: str, raw: bytes) -> Asset:
    return Asset(_minified(suffix, raw), MIME[suffix], suffix in _TEXT)


def _minified(suffix: str, raw: bytes) -> bytes:
    if suffix == ".css":
        return rcssmin.cssmin(raw.decode()).encode()
    if suffix == ".js":
        return rjsmin.jsmin(raw.decode()).encode()
    return raw


def init_app(app: Flask) -> None:
    """Serve the assets under ``/static/`` and give templates ``asset("css/member.css")``."""
    store = load_assets()

    def asset(name: str) -> str:
        if name not in store.assets:
            raise LookupError(f"static/ has no {name}")
        return url_for("asset", version=store.version, name=name)

    def serve(version: str, name: str) -> Response:
        found = store.assets.get(name)
        if found is None:
            abort(404)
        return _answer(found, fresh=version == store.version)

    @public
    def service_worker() -> Response:
        """The script that opens papers again without a network; from this address its scope is the whole site."""
        return _answer(store.assets["js/sw.js"], fresh=False)

    app.add_url_rule("/static/<version>/<path:name>", "asset", serve)
    app.add_url_rule("/sw.js", "service_worker", service_worker)
    app.jinja_env.globals["asset"] = asset


def _answer(asset: Asset, fresh: bool) -> Response:
    """The asset in the smallest form the browser takes; kept for a year only under its own version."""
    encoding = _encoding(asset)
    body = {"br": lambda: asset.brotli, "gzip": lambda: asset.gzip}.get(encoding, lambda: asset.body)()
    response = Response(body, content_type=asset.mime)
    if encoding:
        response.content_encoding = encoding
    if asset.compressible:
        response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    if fresh:
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.set_etag(f"{asset.digest}-{encoding}" if encoding else asset.digest)
    return response.make_conditional(request)


def _encoding(asset: Asset) -> str:
    """``br``, ``gzip`` or nothing, by what the browser says it takes."""
    if not asset.compressible:
        return ""
    accepted = request.accept_encodings
    return next((name for name in ("br", "gzip") if accepted[name] > 0), "")
