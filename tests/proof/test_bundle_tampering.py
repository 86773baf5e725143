"""What is changed in the database behind the product's back is found in the next bundle, and named."""

from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from proof import fair
from sqlalchemy import delete, select, text, update
from support.people import Town

from contest.attempts.models import Attempt, HandMark, KeyChange, LateDelivery
from contest.attempts.receipts import spaced
from contest.db import Store
from contest.proof.models import Seal, SealedRecord
from contest.rounds.models import Contest, Entry, Round, RoundPool
from contest.standings.models import Standing
from questions.models import QuestionVersion


@pytest.fixture(scope="module")
def played(_app, databases):
    """The file of the honest contest's database, made once."""
    store = databases.store("sqlite")
    _app.extensions["store"] = store
    with store.session(readonly=False) as session:
        fair.whole_contest(_app, Town(session))
    store.engine.dispose()
    yield Path(store.engine.url.database)
    databases.release(store)


@pytest.fixture
def store(_app, databases, played):
    """A copy of it, to be changed."""
    path = Path(databases.fresh("sqlite").removeprefix("sqlite:///"))
    copyfile(played, path)
    store = Store(f"sqlite:///{path}")
    _app.extensions["store"] = store
    yield store
    databases.release(store)


def checked(app, store, folder):
    """What the program says of a bundle made now."""
    with store.session(readonly=True) as session:
        contest = session.scalars(select(Contest)).one()
    return fair.checked(folder, fair.made(app, contest))


def a_counted(session, number=1):
    wanted = select(Attempt).join(Round, Round.id == Attempt.round_id).where(Round.number == number, Attempt.counted)
    return session.scalars(wanted.order_by(Attempt.id.desc())).first()


def of_attempt(**values):
    """A change of columns of one counted attempt."""

    def change(session):
        found = a_counted(session)
        session.execute(update(Attempt).where(Attempt.id == found.id).values(**values))
        return found.receipt

    return change


def another_answer(session):
    found = a_counted(session)
    place = next(place for place, kept in found.answers.items() if kept in "ABCD")
    answers = {**found.answers, place: "B" if found.answers[place] == "A" else "A"}
    session.execute(update(Attempt).where(Attempt.id == found.id).values(answers=answers))
    return found.receipt


def another_end(session):
    found = a_counted(session)
    earlier = found.submitted_at - timedelta(seconds=1)
    session.execute(update(Attempt).where(Attempt.id == found.id).values(submitted_at=earlier))
    return found.receipt


def another_person(session):
    found = a_counted(session)
    other = session.scalars(select(Entry.id).where(Entry.id != found.entry_id).order_by(Entry.id).limit(1)).one()
    session.execute(update(Attempt).where(Attempt.id == found.id).values(entry_id=other, number=9))
    return found.receipt


def exchanged_papers(session):
    found = a_counted(session)
    paper = [found.paper[1], found.paper[0], *found.paper[2:]]
    session.execute(update(Attempt).where(Attempt.id == found.id).values(paper=paper))
    return found.receipt


def gone(session):
    found = a_counted(session, 2)
    session.execute(delete(Standing).where(Standing.attempt_id == found.id))
    session.execute(delete(Attempt).where(Attempt.id == found.id))


def added(session):
    found = a_counted(session, 2)
    columns = {c.name: getattr(found, c.name) for c in Attempt.__table__.columns if c.name != "id"}
    columns |= {"code": "GIAGIAGIAGIAGIAG", "receipt": "0" * 16, "number": 7}
    session.execute(Attempt.__table__.insert().values(columns))
    return "0" * 16


def without_its_seal(session):
    found = a_counted(session)
    session.execute(delete(SealedRecord).where(SealedRecord.attempt_id == found.id))
    return found.receipt


def sealed_otherwise(session):
    found = a_counted(session)
    session.execute(update(SealedRecord).where(SealedRecord.attempt_id == found.id).values(leaf="7" * 64))
    return found.receipt


def exchanged_in_the_batch(session):
    rows = session.scalars(select(SealedRecord).order_by(SealedRecord.seal_id, SealedRecord.place).limit(2)).all()
    ids = [row.attempt_id for row in rows]
    for row, other in zip(rows, reversed(ids), strict=True):
        row.attempt_id = other
    session.flush()


def another_head(session):
    session.execute(update(Seal).where(Seal.number == 1).values(head="8" * 64))


def another_root(session):
    session.execute(update(Seal).where(Seal.number == 2).values(root="9" * 64))


def another_seed(session):
    session.execute(update(Round).where(Round.number == 1).values(seed="ab" * 32))


def another_true_number(session):
    session.execute(update(Round).where(Round.number == 2).values(prediction_actual=77))


def another_place(session):
    rows = session.scalars(select(Standing).where(Standing.round_number == 1, Standing.ranked)).all()
    rows[0].sort_key, rows[1].sort_key = rows[1].sort_key, rows[0].sort_key
    session.flush()


def left_out(session):
    first = select(Standing.entry_id).where(Standing.round_number == 2).order_by(Standing.sort_key).limit(1)
    session.execute(delete(Standing).where(Standing.round_number == 2, Standing.entry_id == first.scalar_subquery()))


def another_division(session):
    wanted = select(Entry).where(Entry.division_id.is_not(None)).order_by(Entry.id)
    entry, *_rest, other = session.scalars(wanted).all()
    entry.division_id = other.division_id
    session.flush()


def forgiven(session):
    session.execute(update(Entry).where(Entry.disqualified).values(disqualified=False))
    session.execute(text("DELETE FROM ruling WHERE kind = 'disqualified'"))


def another_mark(session):
    mark = session.scalars(select(HandMark).order_by(HandMark.attempt_id)).first()
    session.execute(update(HandMark).where(HandMark.attempt_id == mark.attempt_id).values(points=mark.points + 1))


def another_key(session):
    session.execute(update(KeyChange).where(KeyChange.kind == "key").values(details={"keys": [1]}))


def another_pool(session):
    pool = session.scalars(select(RoundPool).order_by(RoundPool.round_id.desc())).first()
    rows = [[row, [v for v in ids if v != pool.rows[0][1][-1]]] for row, ids in pool.rows]
    session.execute(update(RoundPool).where(RoundPool.round_id == pool.round_id).values(rows=rows))


def another_question(session):
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type='trigger'")).all():
        if "question_version" in name:
            session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(update(QuestionVersion).values(stem="Câu hỏi đã bị sửa"))


def backdated(session):
    late = session.scalars(select(LateDelivery)).first()
    late.given_at = late.received_at
    session.flush()


def other_order(session):
    session.execute(update(Contest).values(criteria=["elapsed", "score", "prediction", "lot"]))


TAMPERINGS = {
    "leaf": [another_answer, another_end, another_person, exchanged_papers, of_attempt(prediction=7)],
    "receipt": [of_attempt(receipt="1" * 16), of_attempt(code="SUASUASUASUASUAS")],
    "paper": [exchanged_papers, another_division],
    "score": [of_attempt(score=99), of_attempt(auto_score=1000), another_mark, another_key],
    "marks": [of_attempt(marks=[9] * 9)],
    "perfect": [of_attempt(perfect=True)],
    "elapsed": [of_attempt(elapsed_ms=5)],
    "counted": [of_attempt(counted=False), of_attempt(annulled=True)],
    "gone": [gone],
    "unsealed": [added, without_its_seal],
    "seal_root": [another_root],
    "leaf_": [exchanged_in_the_batch, sealed_otherwise],
    "seal_head": [another_head],
    "seed": [another_seed],
    "prediction": [another_true_number],
    "place": [another_place, forgiven],
    "announced": [another_place, left_out],
    "not_ranked": [left_out],
    "questions": [another_pool, another_question],
    "late": [backdated],
    "key": [other_order],
    "time_out": [of_attempt(closed_by="time")],
}
CASES = [(kind.rstrip("_"), change) for kind, changes in TAMPERINGS.items() for change in changes]


@pytest.mark.parametrize(("kind", "change"), CASES, ids=lambda case: getattr(case, "__name__", case))
def test_tampering_is_found_and_named(_app, store, tmp_path, kind, change):
    with store.session(readonly=False) as session, session.begin():
        about = change(session)
    status, said = checked(_app, store, tmp_path)
    assert status == 1, said
    named = [line for line in said.splitlines() if f"SAI LỆCH: {fair.program().TEXT[kind][0]} [" in line]
    assert named, said
    if about:
        assert any(spaced(about) in line for line in named), said


def test_the_untouched_contest_passes(_app, store, tmp_path):
    status, said = checked(_app, store, tmp_path)
    assert status == 0, said
