"""Two people of the committee at once: one act stands, nobody gets a prize twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from prizes import podium
from prizes.podium import people

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.prizes import actions, claims, queries
from contest.prizes.models import Award, Claim
from contest.prizes.rules import AwardState
from contest.rounds.locks import Refused
from contest.rounds.models import Contest


def at_once(app, *acts):
    """Every act in a session of its own, begun together; what each answered, None where it was refused."""
    together = Barrier(len(acts))

    def run(act):
        together.wait()
        try:
            with app.extensions["store"].session(readonly=False) as session, session.begin():
                return act(session)
        except Refused:
            return None

    with ThreadPoolExecutor(len(acts)) as threads:
        return [one.result() for one in [threads.submit(run, act) for act in acts]]


def set_up(session, town, **settings):
    contest = podium.contest_of(town, lines=(("Giải Nhất", 1),), **settings)
    people(town, contest, 9, 8, 7)
    town.commit()
    found = contest.id, town.now
    session.commit()
    return found


def test_proposed_from_two_desks_at_once_there_is_one_proposal(app, session, town):
    contest_id, now = set_up(session, town)

    def propose(own):
        return len(actions.propose(own, TERMINAL, own.get(Contest, contest_id), 1, now))

    assert at_once(app, propose, propose, propose) == [1, 1, 1]
    assert session.query(Award).count() == 1


def test_refused_from_two_desks_at_once_the_next_in_line_moves_up_once(app, session, town):
    contest_id, now = set_up(session, town)
    (award,) = actions.propose(session, TERMINAL, session.get(Contest, contest_id), 1, now)
    award_id = award.id
    session.commit()

    def refuse(own):
        return len(actions.refuse(own, TERMINAL, own.get(Award, award_id), "Không nhận", now))

    assert sorted(at_once(app, refuse, refuse)) == [0, 1]
    states = [row.state for row in queries.awards(session, contest_id, 1)]
    assert states == [AwardState.REFUSED, AwardState.PROPOSED]


def test_handed_over_at_two_tables_at_once_it_is_written_once(app, session, town):
    contest_id, now = set_up(session, town)
    contest = session.get(Contest, contest_id)
    (award,) = actions.propose(session, TERMINAL, contest, 1, now)
    actions.announce(session, TERMINAL, contest, 1, now)
    award_id = award.id
    session.commit()

    def claim(digits):
        shown = claims.Shown("Căn cước", digits)
        return lambda own: claims.claim(own, TERMINAL, own.get(Award, award_id), shown, now).last_digits

    one, two = at_once(app, claim("1111"), claim("2222"))
    assert one == two
    assert session.query(Claim).count() == session.query(AuditEntry).filter_by(action="prize.claim").count() == 1


def test_who_refuses_while_results_are_announced_either_is_replaced_or_told_it_is_too_late(app, session, town):
    contest_id, now = set_up(session, town)
    (award,) = actions.propose(session, TERMINAL, session.get(Contest, contest_id), 1, now)
    award_id = award.id
    session.commit()

    def announce(own):
        contest = own.get(Contest, contest_id)
        new = actions.announce(own, TERMINAL, contest, 1, now)
        contest.rounds[0].published_at = now
        own.flush()
        return len(new)

    def refuse(own):
        return len(actions.refuse(own, TERMINAL, own.get(Award, award_id), "Không nhận", now))

    announced, moved = at_once(app, announce, refuse)
    assert announced == 1
    states = sorted(row.state for row in queries.awards(session, contest_id, 1))
    assert states == (["announced"] if moved is None else ["announced", "refused"])
