"""Pages with style and script inside: the policy names exactly what is there, and what is compressed is the page."""

import base64
import gzip
import hashlib
import re

import pytest

from contest.web import headers, whole
from contest.web.assets import load_assets

HEAD = ("attempts/_head.html", "css/attempt.css", "js/kinds.js", "js/attempt.js")


@pytest.fixture
def engine_name():
    """No matter of the engine."""
    return "sqlite"


@pytest.fixture
def head(app):
    with app.test_request_context():
        yield whole.head(*HEAD)


def sources_of(text):
    """Hashes of everything inline, as a content policy names them."""
    inside = re.findall(r"<(?:style|script type=module)>(.*?)</(?:style|script)>", text, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inside]


def test_the_policy_names_what_is_inside(head):
    found = sources_of(head.html.decode())
    assert len(found) == 3
    assert headers.policy_of_whole(styles=found[:1], scripts=found[1:]) == head.policy
    assert "unsafe" not in head.policy
    assert not re.search("(script|style)-src[^;]*'self'", head.policy)


def test_the_page_is_the_same_compressed_or_not(app, head):
    for rest in ("", "<title>Bài thi</title>", "<p>Câu hỏi</p>\n" * 5000):
        with app.test_request_context(headers={"Accept-Encoding": "br, gzip"}):
            packed = whole.answer(head, rest)
        with app.test_request_context():
            plain = whole.answer(head, rest)
        assert packed.content_encoding == "gzip"
        assert plain.content_encoding is None
        assert gzip.decompress(packed.data) == plain.data == head.html + rest.encode()
        assert packed.vary.to_header() == plain.vary.to_header() == "Accept-Encoding"


def test_pages_in_other_languages_have_other_heads(app, head):
    from flask import session

    with app.test_request_context():
        session["lang"] = "en"
        other = whole.head(*HEAD)
    assert b"<html lang=vi>" in head.html
    assert b"<html lang=en>" in other.html


def test_what_would_end_the_element_is_refused():
    for body in (b"'</script>'", b"/* </style> */", b"// <!--"):
        with pytest.raises(ValueError, match="must not hold"):
            whole._inside(body)


def test_other_pages_keep_the_strict_policy(client):
    assert client.get("/dang-nhap").headers["Content-Security-Policy"] == headers.POLICY
    assert "sha256" not in headers.POLICY


def test_modules_are_joined_without_their_seams():
    body = load_assets().assets["js/attempt.js"].body
    assert not re.search(rb"\b(import|export)\b", body)
