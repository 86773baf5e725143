"""Everything that changes results, against a round that is not announced, announced, and under correction."""

from datetime import timedelta

import pytest
from corrections import hall
from judging.desk import essay_bank, essay_places, hand_in
from prizes import podium
from sqlalchemy import select

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.attempts.models import Attempt, HandMark, KeyChange
from contest.corrections.rules import Refused as NoKey
from contest.judging import actions as judging
from contest.judging import queries as sheets
from contest.judging.rules import Refused as NoMark
from contest.prizes import actions as prizes
from contest.prizes import queries as awards
from contest.prizes.models import Award
from contest.publishing import actions
from contest.rounds import actions as rounds
from contest.rounds.locks import Locked, Refused
from contest.rounds.models import Round
from contest.rulings import actions as rulings
from contest.rulings.models import Ruling
from contest.rulings.rules import RulingKind
from contest.standings import actions as standings
from contest.standings import lots
from questions.models import Question

LOCKED = "đã công bố nên đã khoá|không sửa được nữa|không gia hạn được"


@pytest.fixture
def round_(session, town):
    """A round that is over, with an essay that has its marks and a prize that is proposed."""
    contest = town.contest(
        criteria=["score", "prediction", "lot"], prediction_target="perfect_attempts", prediction_scope="round"
    )
    made = town.round(contest, bank=essay_bank(town), count=3, points=4, opens=-60, closes=-1)
    podium.prize(contest, "Giải Nhất")
    for person in (town.lan, town.hung, town.son):
        attempt = hand_in(town, made, person)
        give(session, made, attempt, 2)
    standings.settle_round(session, contest, made, town.now)
    return made


def give(session, round_, attempt, points):
    sheet = sheets.sheet(session, {}, round_, attempt.id, essay_places(session, attempt)[0])
    judging.mark(session, {}, TERMINAL, round_, sheet, points, "", round_.opens_at)


def first(session):
    return session.scalars(select(Attempt).order_by(Attempt.id)).first()


def mark_again(session, town, round_):
    give(session, round_, first(session), 4)


def change_key(session, town, round_):
    code = session.scalars(select(Question.code).where(Question.code.startswith("de-"))).first()
    hall.decided(session, round_, hall.proposal(session, code, "credit"), now=town.now)


def annul(session, town, round_):
    attempt = first(session)
    rulings.decide(
        session, {}, TERMINAL, round_.contest, RulingKind.ANNULLED, attempt.entry, attempt, "Thi hộ", town.now
    )


def disqualify(session, town, round_):
    entry = first(session).entry
    rulings.decide(session, {}, TERMINAL, round_.contest, RulingKind.DISQUALIFIED, entry, None, "Thi hộ", town.now)


def no_prize(session, town, round_):
    entry = first(session).entry
    rulings.decide(session, {}, TERMINAL, round_.contest, RulingKind.NO_PRIZE, entry, None, "Ban đề", town.now)


def propose(session, town, round_):
    prizes.propose(session, TERMINAL, round_.contest, 1, town.now)


def refuse_prize(session, town, round_):
    if not awards.has_awards(session, round_.contest_id, 1):
        propose(session, town, round_)
    award = awards.awards(session, round_.contest_id, 1)[0]
    prizes.refuse(session, TERMINAL, award, "Từ chối", town.now)


def change_number(session, town, round_):
    attempt = first(session)
    attempt.perfect = not attempt.perfect
    session.flush()
    standings.settle_round(session, round_.contest, round_, town.now)


def draw(session, town, round_):
    lots.draw_lots(session, TERMINAL, round_.contest, 1, "", "", town.now)


def extend(session, town, round_):
    later = town.now + timedelta(days=365)
    rounds.extend_round(session, TERMINAL, round_.contest, round_, later, town.now)


def settings(session, town, round_):
    rounds.update_round(session, TERMINAL, round_.contest, round_, {"title": "Tên khác"}, town.now)


#: What may be done while a correction is being made, with what it changes; and what never again.
CHANGES = {
    mark_again: {"marks", "log"},
    change_key: {"keys", "log"},
    annul: {"rulings", "log"},
    disqualify: {"rulings", "log"},
    no_prize: {"rulings", "log"},
    propose: {"awards", "log"},
    refuse_prize: {"awards", "log"},
    # It follows from the attempts: nobody decides it.
    change_number: {"number"},
    draw: {"lots", "log"},
}
CORRECTABLE = list(CHANGES)
NEVER = [extend, settings]
REFUSALS = (Refused, Locked, NoMark, NoKey, standings.Locked)


def announced(session, town, round_):
    """Announced as if lots had been drawn, so that every verb has something to change."""
    round_.published_at = town.now
    session.flush()


def grounds(session, round_):
    """What results follow from as it is stored, and the log of what was done."""
    session.flush()
    tables = {"marks": HandMark, "keys": KeyChange, "rulings": Ruling, "awards": Award, "log": AuditEntry}
    stored = {part: sorted(map(str, session.execute(select(*model.__table__.c)))) for part, model in tables.items()}
    chosen = select(Round.prediction_actual, Round.lot_seed).where(Round.id == round_.id)
    number, seed = session.execute(chosen).one()
    return stored | {"number": number, "lots": seed}


def changed_by(session, town, round_, verb):
    before = grounds(session, round_)
    verb(session, town, round_)
    after = grounds(session, round_)
    return {part for part in before if after[part] != before[part]}


@pytest.mark.parametrize("verb", CORRECTABLE)
def test_before_the_announcement_it_may_be_changed(session, town, round_, verb):
    assert changed_by(session, town, round_, verb) == CHANGES[verb]


@pytest.mark.parametrize("verb", CORRECTABLE + NEVER)
def test_announced_it_is_locked(session, town, round_, verb):
    announced(session, town, round_)
    with pytest.raises(REFUSALS, match=LOCKED):
        verb(session, town, round_)


@pytest.mark.parametrize("verb", CORRECTABLE)
def test_under_correction_it_may_be_changed(session, town, round_, verb):
    announced(session, town, round_)
    actions.begin_correction(session, TERMINAL, round_.contest, round_, "Sửa", town.now)
    assert changed_by(session, town, round_, verb) == CHANGES[verb]


@pytest.mark.parametrize("verb", NEVER)
def test_what_people_took_part_under_is_not_changed_by_a_correction_either(session, town, round_, verb):
    announced(session, town, round_)
    actions.begin_correction(session, TERMINAL, round_.contest, round_, "Sửa", town.now)
    with pytest.raises(REFUSALS):
        verb(session, town, round_)
