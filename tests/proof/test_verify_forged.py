"""Whatever is changed in a bundle is found and named, although the forger sets its hashes right."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from proof import fair
from support.people import Town

from contest.attempts.receipts import spaced
from contest.proof.rules import instant


@pytest.fixture(scope="module")
def honest(_app, databases):
    """The bundle of the honest contest, made once."""
    store = databases.store("sqlite")
    _app.extensions["store"] = store
    with store.session(readonly=False) as session:
        contest = fair.whole_contest(_app, Town(session))
        content = fair.made(_app, contest)
    yield content
    databases.release(store)


def people(files):
    return fair.lines(files, "people")


def attempts(files):
    return [attempt for person in people(files) for attempt in person["attempts"]]


def of_round(files, number):
    return next(round_ for round_ in files["manifest.json"]["rounds"] if round_["number"] == number)


def answered(files):
    """An attempt of round 1 with answers, that counts."""
    return next(a for a in attempts(files) if a["counted"] and a["round"] == 1 and len(a["answers"]) > 5)


# Each changes a bundle and tells (what the program must say, the receipt it must name or None).


def answer(files):
    one = answered(files)
    place = next(place for place in one["answers"] if one["answers"][place] in "ABCD")
    one["answers"][place] = "B" if one["answers"][place] == "A" else "A"
    return "leaf", one


def answer_added(files):
    one = next(a for a in attempts(files) if len(a["answers"]) < len(a["paper"]))
    place = next(n for n in range(1, 10) if str(n) not in one["answers"])
    one["answers"][str(place)] = "A"
    return "receipt", one


def shifted(moment, by):
    """A moment as a bundle tells it, moved; whatever its digits are, it is another one."""
    return instant(datetime.fromisoformat(moment) + by)


def submitted_earlier(files):
    one = answered(files)
    one["submitted_at"] = shifted(one["submitted_at"], -timedelta(microseconds=1))
    return "leaf", one


def started_later(files):
    one = answered(files)
    one["started_at"] = shifted(one["started_at"], timedelta(microseconds=1))
    return "leaf", one


def elapsed(files):
    one = answered(files)
    one["elapsed_ms"] -= 1
    return "elapsed", one


def score(files):
    one = answered(files)
    one["score"] += 1
    return "score", one


def marks(files):
    one = answered(files)
    one["marks"][0] += 1
    return "marks", one


def perfect(files):
    one = answered(files)
    one["perfect"] = not one["perfect"]
    return "perfect", one


def given_by_hand(files):
    one = next(a for a in attempts(files) if a["hand"])
    for place in one["hand"]:
        one["hand"][place] += 1
    return "score", one


def prediction(files):
    one = next(a for a in attempts(files) if a["prediction"] is not None)
    one["prediction"] += 1
    return "leaf", one


def paper(files):
    one = answered(files)
    one["paper"][0], one["paper"][1] = one["paper"][1], one["paper"][0]
    return "paper", one


def code(files):
    one = answered(files)
    one["code"] = one["code"][::-1]
    return "paper", one


def closed_by(files):
    one = next(a for a in attempts(files) if a["closed_by"] == "person")
    one["closed_by"] = "time"
    return "time_out", one


def late_mark(files):
    one = next(a for a in attempts(files) if a["counted_late"])
    one["counted_late"], one["late"] = False, []
    return "leaf", one


def late_delivery(files):
    one = next(a for a in attempts(files) if a["late"])
    one["late"][0]["given_at"] = one["late"][0]["received_at"]
    return "late", one


def saved_late(files):
    one = next(a for a in attempts(files) if not a["late"])
    one["saved_at"] = shifted(one["due_at"], timedelta(days=365))
    return "saved_late", one


def receipts_exchanged(files):
    one, other = attempts(files)[:2]
    one["receipt"], other["receipt"] = other["receipt"], one["receipt"]
    return "receipt", one


def owner(files):
    one, other = people(files)[:2]
    one["owner"], other["owner"] = other["owner"], one["owner"]
    return "leaf", one["attempts"][0]


def moved_to_somebody_else(files):
    one, other = people(files)[:2]
    moved = one["attempts"].pop()
    moved["number"] = len([a for a in other["attempts"] if a["round"] == moved["round"]]) + 1
    other["attempts"].append(moved)
    return "leaf", moved


def number(files):
    one = next(p for p in people(files) if [a["round"] for a in p["attempts"]].count(1) == 2)
    one["attempts"][0]["number"], one["attempts"][1]["number"] = 2, 1
    return "numbers", None


def removed_attempt(files):
    one = next(p for p in people(files) if [a["round"] for a in p["attempts"]].count(1) == 2)
    del one["attempts"][0]
    return "gone", None


def removed_person(files):
    name = next(name for name in files if name.startswith("people/"))
    files[name].pop()
    files["manifest.json"]["people"] -= 1
    return "gone", None


def added_attempt(files):
    one = next(p for p in people(files) if len(p["attempts"]) == 2)
    made = {**one["attempts"][0], "number": 2, "sealed": [], "receipt": "0" * 16, "code": "A" * 16}
    one["attempts"].insert(1, made)
    return "unsealed", made


def in_anothers_place(files):
    one, other = attempts(files)[:2]
    one["sealed"] = other["sealed"]
    return "leaf", one


def annulment_forgotten(files):
    one = next(a for a in attempts(files) if a["annulled"])
    one["annulled"] = None
    return "counted", one


def annulment_forgotten_everywhere(files):
    one = next(a for a in attempts(files) if a["annulled"])
    one["annulled"], one["counted"] = None, True
    return "place", None


def disqualification_forgotten(files):
    one = next(p for p in people(files) if p["disqualified"])
    one["disqualified"] = None
    return "place", None


def division(files):
    one = next(p for p in people(files) if p["division"] == "CB")
    one["division"] = "DV"
    return "paper", one["attempts"][-1]


def seed(files):
    round_ = of_round(files, 1)
    round_["seed"] = round_["seed"][::-1]
    return "seed", None


def pool(files):
    promised = of_round(files, 2)["promised"]
    gone = promised["rows"][0]["pool"].pop()
    for row in promised["rows"]:
        row["pool"] = [version for version in row["pool"] if version != gone]
    promised["versions"] = [row for row in promised["versions"] if row[0] != gone]
    return "questions", None


def shuffling(files):
    settings = of_round(files, 1)["promised"]["settings"]
    settings["shuffle_choices"] = not settings["shuffle_choices"]
    return "questions", None


def question_text(files):
    fair.lines(files, "questions")[0]["content"]["stem"] += " (sửa)"
    return "question_digest", None


def question_key(files):
    from contest.proof.rules import digest_of

    one = next(q for q in fair.lines(files, "questions") if q["content"]["kind"] == "single")
    for choice in one["content"]["choices"]:
        choice["correct"] = not choice["correct"]
    one["digest"] = digest_of(one["content"])
    return "question_promise", None


def question_key_promised_again(files):
    """The promise's list is changed too: then its hash is wrong."""
    from contest.proof.rules import digest_of

    one = next(q for q in fair.lines(files, "questions") if q["content"]["kind"] == "single")
    one["content"]["choices"][0]["correct"] = not one["content"]["choices"][0]["correct"]
    one["digest"] = digest_of(one["content"])
    for round_ in files["manifest.json"]["rounds"]:
        for row in round_["promised"]["versions"]:
            row[1] = one["digest"] if row[0] == one["version"] else row[1]
    return "questions", None


def question_gone(files):
    name = next(name for name in files if name.startswith("questions/"))
    files[name].pop()
    return "question_missing", None


def key_change_left_out(files):
    of_round(files, 1)["key_changes"].pop(0)
    return "score", None


def key_change_made_up(files):
    round_ = of_round(files, 2)
    row = {"kind": "credit", "details": {}, "reason": "x", "decided_at": round_["closes_at"], "undone": False}
    round_["key_changes"] += [{"version": version, **row} for version, _digest in round_["promised"]["versions"]]
    return "score", None


def commitment(files):
    of_round(files, 1)["commitments"][0]["digest"] = "0" * 64
    return "promise", None


def commitment_left_out(files):
    of_round(files, 2)["commitments"] = []
    return "no_promise", None


def commitment_later(files):
    of_round(files, 1)["commitments"][0]["made_at"] = of_round(files, 1)["closes_at"]
    return "promise_late", None


def head(files):
    fair.lines(files, "seals")[0]["head"] = "1" * 64
    return "seal_head", None


def leaf(files):
    seal = fair.lines(files, "seals")[0]
    seal["leaves"][0] = "2" * 64
    return "seal_root", None


def order_in_batch(files):
    seal = fair.lines(files, "seals")[0]
    seal["leaves"][0], seal["leaves"][1] = seal["leaves"][1], seal["leaves"][0]
    return "seal_root", None


def sealing_time(files):
    seal = fair.lines(files, "seals")[-1]
    seal["sealed_at"] = "2020-01-01T00:00:00.000000Z"
    return "seal_time", None


def last_seal_gone(files):
    name = max(name for name in files if name.startswith("seals/"))
    files[name].pop()
    return "chain", None


def leaf_told_of_a_coming_round(files):
    files["manifest.json"]["contest"]["rounds"].append(3)
    fair.lines(files, "seals")[0]["rounds"][0] = 3
    return "leaf_round", None


def true_number(files):
    of_round(files, 1)["prediction_actual"] += 1
    return "prediction", None


def place(files):
    row = fair.lines(files, "ranking-1")[1]
    row["place"] = 1
    return "place", None


def places_exchanged(files):
    one, other = fair.lines(files, "ranking-0")[:2]
    one["owner"], other["owner"] = other["owner"], one["owner"]
    return "key", None


def left_out_of_the_ranking(files):
    name = next(name for name in files if name.startswith("ranking-2/"))
    files[name].pop(0)
    files["manifest.json"]["rankings"]["2"] -= 1
    return "not_ranked", None


def place_in_division(files):
    fair.lines(files, "ranking-1")[0]["division_place"] = 9
    return "division_place", None


def another_attempt_stands(files):
    rows = fair.lines(files, "ranking-1")
    rows[0]["receipt"], rows[1]["receipt"] = rows[1]["receipt"], rows[0]["receipt"]
    return "standing_attempt", None


def criteria(files):
    files["manifest.json"]["contest"]["criteria"] = ["elapsed", "score", "prediction", "lot"]
    return "key", None


def announced_ranking(files):
    files["manifest.json"]["publications"][0]["digest"] = "3" * 64
    return "announced", None


def lot(files):
    of_round(files, 1)["lot"]["seed"] = "4" * 64
    return "lot_seed", None


def lot_drawn_until_it_fits(files):
    of_round(files, 1)["lot"]["sources"]["public_text"] += "."
    return "lot_seed", None


def lot_of_another_head(files):
    import hashlib
    import json

    lot = of_round(files, 1)["lot"]
    lot["sources"]["head"] = "5" * 64
    names = ("head", "public_text", "round_seeds")
    text = json.dumps({n: lot["sources"][n] for n in names}, separators=(",", ":"), ensure_ascii=False)
    lot["seed"] = hashlib.sha256(text.encode()).hexdigest()
    return "lot_head", None


def allowance(files):
    of_round(files, 1)["allowance_s"] = 50
    return "overtime", None


def extra_time_less_window(files):
    of_round(files, 1)["opens_at"] = shifted(of_round(files, 1)["closes_at"], -timedelta(days=365))
    of_round(files, 1)["closes_at"] = min(a["started_at"] for a in attempts(files))
    return "before", None


def most_attempts(files):
    of_round(files, 1)["max_attempts"] = 1
    return "too_many", None


def prize_to_the_next(files):
    awards = files["manifest.json"]["prizes"]["awards"]
    one = next(award for award in awards if award["round"] == 1)
    taken = {award["owner"] for award in awards if award["round"] == 1}
    one["owner"] = next(
        row["owner"] for row in reversed(fair.lines(files, "ranking-1")) if row["place"] and row["owner"] not in taken
    )
    return "award_place", None


def prize_passed_over(files):
    awards = files["manifest.json"]["prizes"]["awards"]
    line = sorted((a for a in awards if (a["round"], a["line"]) == (1, 1)), key=lambda award: award["place"])
    assert line[0]["place"] < line[-1]["place"]
    awards.remove(line[0])
    return "award_passed", None


def one_prize_too_many(files):
    prizes = files["manifest.json"]["prizes"]
    prizes["lines"][0]["quantity"] = 1
    return "award_many", None


def prize_for_whom_gets_none(files):
    award = next(a for a in files["manifest.json"]["prizes"]["awards"] if a["owner"])
    person = next(p for p in people(files) if p["owner"] == award["owner"])
    person["no_prize"] = {"number": 9, "decided_at": "2026-01-01T00:00:00.000000Z", "reason": ""}
    return "award_barred", None


FORGERIES = [
    answer,
    answer_added,
    submitted_earlier,
    started_later,
    elapsed,
    score,
    marks,
    perfect,
    given_by_hand,
    prediction,
    paper,
    code,
    closed_by,
    late_mark,
    late_delivery,
    saved_late,
    receipts_exchanged,
    owner,
    moved_to_somebody_else,
    number,
    removed_attempt,
    removed_person,
    added_attempt,
    in_anothers_place,
    annulment_forgotten,
    annulment_forgotten_everywhere,
    disqualification_forgotten,
    division,
    seed,
    pool,
    shuffling,
    question_text,
    question_key,
    question_key_promised_again,
    question_gone,
    key_change_left_out,
    key_change_made_up,
    commitment,
    commitment_left_out,
    commitment_later,
    head,
    leaf,
    order_in_batch,
    sealing_time,
    last_seal_gone,
    leaf_told_of_a_coming_round,
    true_number,
    place,
    places_exchanged,
    left_out_of_the_ranking,
    place_in_division,
    another_attempt_stands,
    criteria,
    announced_ranking,
    lot,
    lot_drawn_until_it_fits,
    lot_of_another_head,
    allowance,
    extra_time_less_window,
    most_attempts,
    prize_to_the_next,
    prize_passed_over,
    one_prize_too_many,
    prize_for_whom_gets_none,
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forgery_is_found_and_named(honest, forge, tmp_path):
    files = fair.unpacked(honest)
    kind, about = forge(files)
    status, said = fair.checked(tmp_path, fair.packed(files))
    assert status == 1, said
    named = [line for line in said.splitlines() if f"SAI LỆCH: {fair.program().TEXT[kind][0]} [" in line]
    assert named, said
    if about:
        assert any(spaced(about["receipt"]) in line for line in named), said


def test_the_bundle_taken_apart_and_put_together_still_passes(honest, tmp_path):
    status, said = fair.checked(tmp_path, fair.packed(fair.unpacked(honest)))
    assert status == 0, said


def rezipped(content, change):
    """The same zip with its files changed as bytes; the manifest keeps what it lists."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        files = change({name: old.read(name) for name in old.namelist()})
        for name, data in files.items():
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda files: files | {"README.txt": b"x"}, "file_digest"),
        (lambda files: files | {"people/00009.jsonl": b"{}\n"}, "file_added"),
        (lambda files: {n: d for n, d in files.items() if n != "seals/00001.jsonl"}, "file_missing"),
        (lambda files: files | {"people/00001.jsonl": files["people/00001.jsonl"] + b"{{\n"}, "line_broken"),
    ],
)
def test_files_that_are_not_as_listed_are_named(honest, tmp_path, change, kind):
    status, said = fair.checked(tmp_path, rezipped(honest, change))
    assert status == 1
    assert fair.program().TEXT[kind][0] in said


def test_a_chain_made_anew_is_found_by_whoever_noted_a_head(honest, tmp_path):
    """Who changes an answer and makes receipts, seals and links again is found by any hash noted earlier."""
    seen = fair.lines(fair.unpacked(honest), "seals")[0]["head"]
    assert fair.checked(tmp_path, honest, "--seen", seen)[0] == 0
    status, said = fair.checked(tmp_path, honest, "--seen", "6" * 64)
    assert status == 1 and "6" * 64 in said
