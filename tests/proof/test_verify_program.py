"""The verifying program by itself: it draws and marks as the product does, and no file makes it stumble."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proof import fair
from support.people import Town
from support.questions import drafts

from contest.attempts.keys import changed
from contest.attempts.states import KeyChangeKind
from contest.proof import rules
from contest.rounds.rules import Window, due_at, sitting_end
from questions.details import choice_rows, details
from questions.draw import Candidate, DrawRow, ShortPool, draw
from questions.marking import Key, share
from questions.rules import LETTERS, Answer, Choice, Draft, Kind, Scoring

verify = fair.program()


# The same draws


@st.composite
def pools(pick):
    versions = list(range(1, pick(st.integers(4, 30))))
    rows = [
        (sorted(pick(st.sets(st.sampled_from(versions), min_size=1))), pick(st.integers(1, 4)), pick(st.integers(1, 3)))
        for _ in range(pick(st.integers(1, 4)))
    ]
    shapes = {}
    for version in versions:
        size = pick(st.integers(0, 6))
        last = pick(st.sets(st.integers(0, size - 1))) if size else set()
        shapes[version] = (size, frozenset(last), pick(st.booleans()), pick(st.sampled_from(["", "", "x", "y"])))
    return rows, shapes, pick(st.sets(st.sampled_from(versions)))


@settings(max_examples=200)
@given(pools(), st.binary(min_size=32, max_size=32), st.text(max_size=8), st.booleans(), st.booleans())
def test_it_draws_what_the_product_draws(made, seed, label, questions, choices):
    rows, shapes, seen = made
    label = label.encode("utf-8", "replace").decode()
    own = {version: verify.Shape(*shape) for version, shape in shapes.items()}
    found = verify.draw(seed, label, rows, questions, choices, own, seen)
    pool = [DrawRow(tuple(Candidate(v, *shapes[v]) for v in versions), count, worth) for versions, count, worth in rows]
    try:
        right = draw(seed, label, pool, questions, choices, seen)
    except ShortPool:
        assert found is None
    else:
        assert found == [[item.version_id, list(item.order), item.points] for item in right]


# The same marks


def key_of(draft):
    return Key(draft.kind, draft.choices, draft.answers, draft.scoring, draft.exact, draft.case)


def told_key(draft):
    content = rules.version_content(draft.kind, draft.stem, choice_rows(draft.choices), details(draft), "", "")
    return verify.Key(json.loads(rules.canonical(content)))


def kept_answer(pick, draft, order):
    """An answer as it may be kept for a question, right or wrong."""
    kind, size = draft.kind, len(order)
    if kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE):
        most = size if kind is Kind.MULTIPLE else 1
        return "".join(sorted(pick(st.sets(st.sampled_from(LETTERS[: size + 1]), max_size=most))))
    if kind is Kind.STATEMENTS:
        return "".join(pick(st.lists(st.sampled_from("TF-"), min_size=size, max_size=size)))
    if kind is Kind.ORDER:
        return "".join(pick(st.lists(st.sampled_from("12345678-"), max_size=size)))
    if kind is Kind.MATCH:
        return "".join(pick(st.lists(st.sampled_from("ABCDEFGH-"), max_size=size)))
    expected = [answer.text for answer in draft.answers] or ["x"]
    typed = st.one_of(
        st.sampled_from(expected), st.text(max_size=9), st.sampled_from(["3,14", "1.234,5", "-2", "+0,50"])
    )
    return " ".join(pick(typed).split())


@settings(max_examples=400)
@given(st.data(), drafts())
def test_it_marks_as_the_product_marks(data, draft):
    order = data.draw(st.permutations(range(len(draft.choices))))
    answer = kept_answer(data.draw, draft, order)
    try:
        found = verify.share(told_key(draft), order, answer)
    except verify.CannotTell:
        assert any(accepted.pattern for accepted in draft.answers)
        return
    assert found == share(key_of(draft), tuple(order), answer)


@pytest.mark.parametrize("kind", list(KeyChangeKind))
@pytest.mark.parametrize("scoring", [Scoring.ALL, Scoring.PARTIAL, Scoring.WEIGHTS])
def test_decisions_change_a_key_as_they_do_in_the_product(kind, scoring):
    weights = (Fraction(1, 2), Fraction(1, 2), Fraction(-1)) if scoring is Scoring.WEIGHTS else (None,) * 3
    choices = tuple(Choice(str(n), n < 2, points=weights[n]) for n in range(3))
    draft = Draft("?", choices, Kind.MULTIPLE, scoring=scoring)
    more = {"keys": [2]} if kind in (KeyChangeKind.KEY, KeyChangeKind.ACCEPT) else {}
    right, own = changed(key_of(draft), kind, more), told_key(draft).changed(str(kind), more)
    for answer in ("", "A", "AB", "C", "ABC", "D"):
        if not right.dropped:
            assert verify.share(own, [0, 1, 2], answer) == share(right, (0, 1, 2), answer), answer
    assert (own.dropped, own.credit) == (right.dropped, right.credit)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Hồ Chí Minh( .*)?", "HO CHI MINH vĩ đại"),
        ("[0-9]{4}", "1929"),
        (r"\d+ tháng \d+", "28 tháng 7"),
        ("(Hà|Ha) Nội", "Hà Nội"),
        ("năm [12]9.9", "năm 1929 "),
        ("a|b", "c"),
    ],
)
def test_patterns_mean_the_same(text, answer):
    accepted = Answer(text, pattern=True)
    row = {"text": text, "points": "1", "tolerance": "0", "pattern": True, "feedback": ""}
    content = {"kind": "short", "choices": [], "details": {"answers": [row]}}
    right = share(Key(Kind.SHORT, answers=(accepted,)), (), answer.strip())
    assert verify.share(verify.Key(content), [], answer.strip()) == right


@pytest.mark.parametrize("text", [r"\pL+", "(a*)*b", r"\Bx", "(a+)+$", "(?s:.)", "a*a*a*a*b"])
def test_patterns_that_mean_something_else_or_take_for_ever_are_not_run(text):
    row = {"text": text, "points": "1", "pattern": True}
    with pytest.raises(verify.CannotTell):
        verify.share(verify.Key({"kind": "short", "choices": [], "details": {"answers": [row]}}), [], "a" * 100)


# The same hours


@settings(max_examples=100)
@given(st.integers(0, 127), st.integers(0, 1400), st.integers(1, 1440), st.integers(0, 20 * 1440), st.booleans())
def test_the_hours_of_a_round_are_the_same(weekdays, first, length, start, all_day):
    opens = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    last = min(1440, first + length)
    hours = (None, None) if all_day else (first, last)
    window = Window(opens, opens + timedelta(days=18), weekdays or 127, *hours)
    data = {"weekdays": weekdays or 127, "day_from": hours[0], "day_until": hours[1]}
    at = opens + timedelta(minutes=start)
    own = verify.Round.__new__(verify.Round)
    own.hours = verify.sittings(data, *(verify.instant(rules.instant(x)) for x in (window.opens_at, window.closes_at)))
    end = own.end_of(verify.instant(rules.instant(at)))
    right = sitting_end(window, at)
    assert end == (right and verify.instant(rules.instant(right)))
    if right:
        assert due_at(window, at, 10**9) == right


# Files that nobody honest makes


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        zipped({"x": b"y"}),
        zipped({"manifest.json": b"[" * 100_000}),
        zipped({"manifest.json": b"\xff\xfe"}),
        zipped({"manifest.json": b'{"format": "hoithi-bundle", "version": 2}'}),
        zipped({"manifest.json": b'{"format": "hoithi-bundle", "version": 1}'}),
        zipped(
            {"manifest.json": b'{"format": "hoithi-bundle", "version": 1, "contest": [], "rounds": 7, "files": {}}'}
        ),
        zipped({"manifest.json": b"0" * 70_000_000}),
    ],
    ids=["empty", "no zip", "no manifest", "deep", "no text", "later version", "bare", "odd", "bomb"],
)
def test_what_is_no_bundle_is_told_without_a_trace(tmp_path, content):
    status, said = fair.checked(tmp_path, content)
    assert status == 2 and "KHÔNG ĐỌC ĐƯỢC GÓI" in said


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert verify.main([str(tmp_path / "none.zip")]) == 2
    assert "KHÔNG ĐỌC ĐƯỢC GÓI" in capsys.readouterr().out


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def honest(_app, databases):
    store = databases.store("sqlite")
    _app.extensions["store"] = store
    with store.session(readonly=False) as session:
        content = fair.made(_app, fair.whole_contest(_app, Town(session)))
    yield content
    databases.release(store)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_odd_values_anywhere_make_no_trace(honest, tmp_path_factory, data):
    files = fair.unpacked(honest)
    name = data.draw(st.sampled_from(sorted(name for name in files if name.endswith(("json", "jsonl")))))
    spots = list(spots_of(files[name]))
    parent, at = data.draw(st.sampled_from(spots))
    parent[at] = data.draw(ODD)
    status, said = fair.checked(tmp_path_factory.mktemp("odd"), fair.packed(files))
    assert status in (0, 1, 2), said


def spots_of(value):
    """Every place in a value that may hold something else."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for at in keys:
        yield value, at
        yield from spots_of(value[at])


# One's own attempt


def test_a_member_finds_the_own_attempt(honest, tmp_path):
    files = fair.unpacked(honest)
    people = [p for p in fair.lines(files, "people") if not p["disqualified"] and p["attempts"][0]["counted"]]
    person, own = people[0], people[0]["attempts"][0]
    assert own["round"] == 1
    receipt = "-".join(own["receipt"][n : n + 4] for n in range(0, 16, 4))
    status, said = fair.checked(tmp_path, honest, "--receipt", receipt.lower())
    assert status == 0, said
    row = next(r for r in fair.lines(files, "ranking-1") if r["owner"] == person["owner"])
    for text in (receipt, f"Điểm: {own['score']}/{own['max_score']}", f"Hạng {row['place']} (đợt 1)", "tính lại đúng"):
        assert text in said, said
    status, said = fair.checked(tmp_path, honest, "--receipt", "0000-0000-0000-0000", "--english")
    assert status == 1 and "There is no receipt 0000-0000-0000-0000" in said
    status, said = fair.checked(tmp_path, honest, "--receipt", "abc")
    assert status == 1 and "16 chữ và số" in said


def test_a_member_sees_that_the_own_attempt_was_changed(honest, tmp_path):
    files = fair.unpacked(honest)
    own = fair.lines(files, "people")[2]["attempts"][0]
    own["score"] += 5
    status, said = fair.checked(tmp_path, fair.packed(files), "--receipt", own["receipt"])
    assert status == 1 and "Bài này có sai lệch" in said
