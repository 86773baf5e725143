"""Style sheets, scripts and pictures: joined, made small, fingerprinted, kept in memory ready compressed."""

import gzip
import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import brotli
import rcssmin
import rjsmin
from flask import Flask, Response, abort, request, url_for

from contest.web.doors import public

STATIC = Path(__file__).resolve().parents[2] / "static"

_MEMBER = ("tokens", "base", "layout", "buttons", "forms", "page", "tables", "wording")
_DESK = (*_MEMBER, "desk")
_PAPER = ("tokens", "base", "buttons", "wording", "attempt")
BUNDLES = {
    "css/member.css": (*_MEMBER, "print"),
    "css/desk.css": (*_DESK, "print"),
    "css/paper.css": _PAPER,
}
#: Scripts joined of modules, in an order in which what is used while they start comes first.
JOINED: dict[str, tuple[str, ...]] = {}
#: What only modules apart from each other need.
_JOINTS = re.compile(rb"^import [^;]*;\n|^export (?=const|let|function|async|class)", re.MULTILINE)
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
        assets[name] = _asset(".css", b"".join(source.read_bytes() for source in sources))
    for name, parts in JOINED.items():
        sources = [folder / name.removesuffix(".js") / f"{part}.js" for part in parts]
        assets[name] = _asset(".js", b"".join(_JOINTS.sub(b"", source.read_bytes()) for source in sources))
    whole = hashlib.sha256()
    for name in sorted(assets):
        whole.update(f"{name} {assets[name].digest}\n".encode())
    return AssetStore(assets, whole.hexdigest()[:10])


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
