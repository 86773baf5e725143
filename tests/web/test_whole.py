"""Pages with style and script inside: the policy names exactly what is there, and what is compressed is the page."""

import base64
import gzip
import hashlib
import re

import pytest

from contest.web import headers, whole
from contest.web.assets import JOINED, STATIC, load_assets

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


def test_pages_in_other_languages_have_other_heads(app):
    from flask import session

    heads = {}
    # One request after the other: one inside another would share what the outer one has found out of its reader.
    for language in ("vi", "en"):
        with app.test_request_context():
            session["lang"] = language
            heads[language] = whole.head(*HEAD).html
    assert b"<html lang=vi>" in heads["vi"]
    assert b"<html lang=en>" in heads["en"]


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


def test_joined_names_are_neither_properties_nor_texts():
    """What makes shortening the names of joined modules safe, read from the modules themselves."""
    for bundle, parts in JOINED.items():
        folder = STATIC / bundle.removesuffix(".js")
        source = "".join((folder / f"{part}.js").read_text() for part in parts)
        source = re.sub(r"^import [^;]*;\n|/\*.*?\*/|^ *//[^\n]*$", "", source, flags=re.MULTILINE | re.DOTALL)
        names = set(re.findall(r"^(?:export )?(?:async )?(?:const|let|function) (\w{3,})", source, re.MULTILINE))
        assert len(names) > 50
        braces = re.findall(r"(?<!\$)\{\s*((?:\.{3})?\w+(?:,\s*(?:\.{3})?\w+)*),?\s*\}", source)
        shorthand = {name for inside in braces for name in re.findall(r"(?<!\.)\b\w+", inside)}
        texts = " ".join(re.sub(r"\$\{[^}]*\}", " ", text) for text in re.findall(r"`([^`]*)`", source))
        assert shorthand
        assert names & shorthand == set()
        assert names & set(re.findall(r"\w+", texts)) == set()
