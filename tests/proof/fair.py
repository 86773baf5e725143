"""An honest contest made by the product's own verbs: two rounds, every kind of question, all that may happen."""

import hashlib
import importlib.util
import io
import json
import random
import zipfile
from contextlib import redirect_stdout
from datetime import timedelta
from functools import cache
from unittest.mock import patch

from corrections import hall
from sqlalchemy import select
from support.kinds import bank_of_kinds
from support.source import ROOT

from contest.accounts.rules import TERMINAL, PersonKind
from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.models import Attempt, HandMark, LateDelivery
from contest.attempts.states import ClosedBy, KeyChangeKind
from contest.corrections.rules import Proposal
from contest.proof import actions as proof
from contest.proof import bundle_work, work
from contest.proof import queries as proof_queries
from contest.proof.rules import canonical
from contest.publishing import actions as publishing
from contest.rounds.actions import frozen_pool
from contest.rounds.models import BlueprintRow, PrizeLine
from contest.rulings import actions as rulings
from contest.rulings.rules import RulingKind
from contest.standings import lots
from questions.models import QuestionVersion
from questions.rules import LETTERS, Answer, Kind

PROGRAM = ROOT / "static" / "verify" / "hoithi_verify.py"
#: Nobody may be found by these in a bundle.
NAMES = [f"Canh Văn Chim{n}" for n in range(8)]
ESSAY_POINTS = 3


def held(app, town, people=8, second_round=None, **settings):
    """A contest of two rounds that are over, everybody's attempts closed and sealed; nothing announced."""
    session = town.session
    defaults = {
        "criteria": ["score", "prediction", "elapsed", "lot"],
        "prediction_target": "perfect_people",
        "name_display": "masked",
        "one_prize": "round",
    }
    contest = town.contest(**(defaults | settings))
    kinds, singles = bank_of_kinds(town), town.bank("don", size=12)
    town.division(contest, "CB", [PersonKind.OFFICIAL])
    town.division(contest, "DV", [PersonKind.MEMBER])
    first = town.round(contest, 1, bank=kinds, count=9, points=4, opens=-300, closes=-200, late_minutes=30)
    more = {"prefer_unseen": True} | (second_round or {})
    second = town.round(contest, 2, bank=singles, count=3, opens=-150, closes=-60, **more)
    extra = BlueprintRow(position=2, bank_id=singles.id, count=2, points=2, division_id=contest.divisions[0].id)
    second.blueprint.append(extra)
    for title, scope, division in (("Giải Nhất", "round", None), ("Giải Nhì", "round", contest.divisions[1].id)):
        line = PrizeLine(position=len(contest.prizes) + 1, scope=scope, title=title, quantity=2, division_id=division)
        contest.prizes.append(line)
    contest.prizes.append(PrizeLine(position=3, scope="contest", title="Giải chung", quantity=1))
    session.flush()
    for round_ in (first, second):
        before = round_.opens_at - timedelta(minutes=1)
        frozen_pool(session, round_, before)
        proof.promise(session, round_, before)
    crowd = [town.person(NAMES[n % 8], kind=list(PersonKind)[n % 2], phone=f"0977{n:06d}") for n in range(people)]
    luck = random.Random(5)
    for round_ in (first, second):
        # Papers follow from codes: with these each run has the same.
        with patch.object(starting, "new_code", lambda: "".join(luck.choices(starting.CODE_LETTERS, k=16))):
            for place, person in enumerate(crowd):
                for again in range(1 + place % 2):
                    sit(session, round_, person, round_.opens_at + timedelta(minutes=place + 25 * again), luck)
        session.commit()
        with app.app_context():
            work.seal_due()
    return contest


def sit(session, round_, person, at, luck):
    """One attempt, with answers of all sorts; the last of each fourth person's is delivered late."""
    attempt = starting.start(session, {}, round_, person, at)
    kept = {}
    for place, (version_id, order, _points) in enumerate(attempt.paper, 1):
        answer = some_answer(session.get(QuestionVersion, version_id), order, luck)
        if answer:
            kept[str(place)] = answer
    attempt.answers, attempt.prediction = kept, luck.choice([None, 0, 1, 2, 5])
    attempt.saved_at = at + timedelta(seconds=30)
    if round_.late_minutes and luck.random() < 0.3:
        received, given = attempt.due_at + timedelta(minutes=3), attempt.due_at - timedelta(seconds=9)
        delivery = LateDelivery(
            attempt_id=attempt.id, received_at=received, given_at=given, seq=2, answers=kept, counted=True
        )
        session.add(delivery)
        attempt.late, attempt.saved_at = True, received
        attempts.close(session, {}, attempt.id, ClosedBy.TIME, attempt.due_at)
    else:
        ended = at + timedelta(milliseconds=luck.randrange(60_000, 700_000))
        attempts.close(session, {}, attempt.id, ClosedBy.PERSON, ended)
    session.flush()
    return attempt


def some_answer(version, order, luck):
    """An answer to a question as it is kept: right, wrong, in part, or none."""
    kind, size = Kind(version.kind), len(version.choices)
    if luck.random() < 0.1:
        return ""
    good = luck.random() < 0.6
    if kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE):
        right = sorted(LETTERS[order.index(index)] for index in version.keys)
        wrong = luck.sample(LETTERS[:size], 1 if kind is not Kind.MULTIPLE else luck.randrange(1, size + 1))
        return "".join(right if good else sorted(wrong))
    if kind is Kind.STATEMENTS:
        right = ["T" if version.choices[index].correct else "F" for index in order]
        return "".join(right if good else [luck.choice("TF-") for _ in order]).replace("-" * size, "")
    if kind is Kind.ORDER:
        return "".join(str(index + 1) for index in order) if good else "".join(luck.sample("123"[:size], size))
    if kind is Kind.MATCH:
        sides = list(dict.fromkeys(version.choices[index].match for index in order))
        lefts = [choice for choice in version.choices if choice.text]
        return "".join(LETTERS[sides.index(c.match)] if good else luck.choice("ABC") for c in lefts)
    if kind is Kind.NUMBER:
        return luck.choice(["3,14", "3.15", " 3,1415".strip(), "3", "ba"])
    if kind is Kind.SHORT:
        return luck.choice(["Hà Nội", "ha noi.", "“HÀ  NỘI”", "Huế"])
    return "vì quyền lợi của người lao động"


def judged(app, session, contest):
    """Essays marked, keys changed, rulings made."""
    first = contest.rounds[0]
    essay = session.scalars(select(QuestionVersion).where(QuestionVersion.kind == "essay")).one()
    pending = select(Attempt).where(Attempt.round_id == first.id, Attempt.pending > 0).order_by(Attempt.id)
    # Points by their order, not by ids: these are any numbers.
    for number, attempt in enumerate(session.scalars(pending).all(), 1):
        place = next(n for n, row in enumerate(attempt.paper, 1) if row[0] == essay.id)
        mark = HandMark(
            attempt_id=attempt.id, place=place, points=number % 5, marked_at=first.closes_at, marked_by="terminal"
        )
        session.add(mark)
        session.flush()
        attempts.rescore(session, {}, attempt)
    wrong = session.scalars(select(QuestionVersion).where(QuestionVersion.kind == "short")).one()
    hall.applied(app, session, first, Proposal(wrong.id, KeyChangeKind.ACCEPT, answers=(Answer("Huế"),)))
    lettered = session.scalars(select(QuestionVersion).where(QuestionVersion.kind == "multiple")).one()
    hall.applied(app, session, first, Proposal(lettered.id, KeyChangeKind.KEY, frozenset({0})))
    taken = session.scalars(select(Attempt).where(Attempt.round_id == first.id).order_by(Attempt.id)).all()
    told = ((RulingKind.ANNULLED, taken[3], taken[3], "Thi hộ"), (RulingKind.DISQUALIFIED, taken[0], None, NAMES[0]))
    for kind, of, about, reason in (*told, (RulingKind.NO_PRIZE, taken[4], None, "Ban tổ chức")):
        rulings.decide(session, {}, TERMINAL, contest, kind, of.entry, about, reason, first.closes_at)
    session.commit()


def announced(session, contest, now, rounds=(1, 2, 0)):
    """Lots drawn and results announced, of these rounds (0: of the whole contest)."""
    for number in rounds:
        if lots.needs_lots(session, contest, number):
            lots.draw_lots(
                session, TERMINAL, contest, number, proof_queries.head(session, contest.id), "quay số 12 34", now
            )
        publishing.publish(session, TERMINAL, contest, number, None, now)
        session.commit()


def whole_contest(app, town, **settings):
    """The honest contest, announced."""
    contest = held(app, town, **settings)
    judged(app, town.session, contest)
    announced(town.session, contest, town.now)
    return contest


def made(app, contest):
    """The bytes of a bundle of a contest."""
    with app.app_context():
        row = bundle_work.make(contest.id, TERMINAL)
        return b"".join(bundle_work.content(row.id))


@cache
def program():
    """The verifying program as a module, for tests that change what it reads many times."""
    spec = importlib.util.spec_from_file_location("hoithi_verify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def checked(folder, content, *arguments):
    """Exit status and print of the program about a bundle."""
    path = folder / "goi.zip"
    path.write_bytes(content)
    out = io.StringIO()
    with redirect_stdout(out):
        status = program().main([str(path), "--jobs", "1", *arguments])
    return status, out.getvalue()


# Changing a bundle


def unpacked(content):
    """Files of a bundle by name: manifest as data, lines as data, other text as it is."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        for name in zipped.namelist():
            data = zipped.read(name)
            if name.endswith(".jsonl"):
                found[name] = [json.loads(line) for line in data.splitlines()]
            else:
                found[name] = json.loads(data) if name.endswith(".json") else data
    return found


def packed(files):
    """A bundle of these files, its hashes as a forger would set them."""
    raw = {}
    for name, value in files.items():
        if name.endswith(".jsonl"):
            raw[name] = b"".join(canonical(line) + b"\n" for line in value)
        elif name != "manifest.json":
            raw[name] = value
    sizes = {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in raw.items()}
    rows = [{"name": name, "sha256": digest, "bytes": size} for name, (digest, size) in sizes.items()]
    raw["manifest.json"] = canonical(files["manifest.json"] | {"files": rows})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in raw.items():
            zipped.writestr(name, data)
    return out.getvalue()


def lines(files, folder):
    """All lines of a folder, to be changed in place."""
    return [line for name in sorted(files) if name.startswith(f"{folder}/") for line in files[name]]
