"""A contest that is over, with people on known places and prizes for the first of them."""

from standings import arena

from contest.prizes import queries
from contest.prizes.rules import AwardState
from contest.rounds.models import PrizeLine
from contest.standings import actions as standings

LINES = (("Giải Nhất", 1), ("Giải Nhì", 2))


def contest_of(town, *, lines=LINES, scope="round", rounds=1, **settings):
    """A contest ranked by score alone unless it says otherwise, its rounds over."""
    contest = town.contest(**({"criteria": ["score"]} | settings))
    bank = town.bank(code="kho")
    for number in range(1, rounds + 1):
        town.round(contest, number, bank=bank, count=3, opens=-60 * (2 * rounds - number), closes=-30)
    for title, quantity in lines:
        prize(contest, title, quantity, scope)
    town.session.flush()
    return contest


def prize(contest, title, quantity=1, scope="round", **settings):
    line = PrizeLine(position=len(contest.prizes) + 1, scope=scope, title=title, quantity=quantity, **settings)
    contest.prizes.append(line)
    return line


def people(town, contest, *scores, number=1, entries=None, names=None, **settings):
    """One person a score (None: did not take this round); the same again when ``entries`` are given."""
    made = entries or []
    for place, score in enumerate(scores):
        if entries is None:
            person = town.person(names[place]) if names else None
            made.append(arena.enter(town, contest, person, **settings))
        if score is not None:
            round_ = next(row for row in contest.rounds if row.number == number)
            arena.closed_attempt(town.session, made[place], round_, score=score, max_score=10)
    standings.recount(town.session, contest)
    return made


def held(session, contest, number=1, states=(AwardState.PROPOSED, AwardState.ANNOUNCED, AwardState.CLAIMED)):
    """(title of the prize, entry or union) of each award in these states, in order."""
    titles = {line.id: line.title for line in contest.prizes}
    rows = queries.awards(session, contest.id, number)
    return [(titles[row.prize_line_id], row.entry_id or row.union_id) for row in rows if row.state in states]


def sentences(award):
    from contest.jobs.rules import unpacked

    return [str(reason) for reason in unpacked(award.because)]
