"""Assets: found by version, small, kept for a year only under their own version, nothing outside static/."""

import gzip
import re

import brotli
import pytest
from support.gallery import create_app

from contest.web.assets import BUNDLES, load_assets

VERSION = load_assets().version


@pytest.fixture
def visitor():
    return create_app().test_client()


def test_an_asset_of_the_present_version_is_kept_for_a_year(visitor):
    answer = visitor.get(f"/static/{VERSION}/css/member.css")
    assert answer.status_code == 200
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.cache_control.immutable and answer.cache_control.max_age == 31_536_000


def test_an_asset_of_another_version_is_served_but_asked_for_again(visitor):
    answer = visitor.get("/static/0000000000/css/member.css")
    assert answer.status_code == 200
    assert answer.cache_control.no_cache and answer.cache_control.max_age is None


@pytest.mark.parametrize(("accepted", "unpack"), [("gzip", gzip.decompress), ("gzip, br", brotli.decompress)])
def test_text_goes_compressed_as_the_browser_takes_it(visitor, accepted, unpack):
    path = f"/static/{VERSION}/css/member.css"
    plain = visitor.get(path, headers={"Accept-Encoding": "identity"})
    small = visitor.get(path, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert unpack(small.data) == plain.data
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert small.headers["ETag"] != plain.headers["ETag"]


def test_an_unchanged_asset_is_not_sent_twice(visitor):
    path = f"/static/{VERSION}/js/app.js"
    etag = visitor.get(path).headers["ETag"]
    again = visitor.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["../wsgi.py", "css/../../wsgi.py", "%2e%2e/wsgi.py", "css/none.css", ""])
def test_nothing_outside_the_assets_is_served(visitor, name):
    assert visitor.get(f"/static/{VERSION}/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "limit"), [("css/member.css", 6_000), ("css/desk.css", 12_000), ("css/paper.css", 3_200)]
)
def test_style_sheets_keep_their_weight(name, limit):
    assert len(load_assets().assets[name].gzip) <= limit


def test_bundles_use_only_colours_that_the_tokens_define():
    for name in BUNDLES:
        css = load_assets().assets[name].body.decode()
        defined = set(re.findall(r"(--[a-z-]+):", css))
        assert set(re.findall(r"var\((--[a-z-]+)\)", css)) <= defined, name


def test_an_unknown_asset_fails_when_the_page_is_made():
    app = create_app()
    with app.test_request_context(), pytest.raises(LookupError, match="css/none.css"):
        app.jinja_env.globals["asset"]("css/none.css")
