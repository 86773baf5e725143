"""The rankings say what a second computation says that shares nothing with them: plain lists, fractions and sorting.

Contests are generated with few different values, so that ties, annulments, missed rounds and lots decide often.
"""

import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standings import arena
from support.people import Town

from contest.accounts.rules import TERMINAL
from contest.db import Store
from contest.rounds.settings import MissedRounds, PredictionRule, Total
from contest.standings import actions, lots, queries, rules
from contest.standings.queries import Board

HEAD = "cd" * 32
OPENS = datetime(2023, 11, 13, 1, tzinfo=UTC)
TIMES = ("elapsed", "submitted", "started")
POINTS = ("score", "hand")
PLAIN_KEYS = ["score", "elapsed", "submitted", "started", "perfect", "hand", "rounds"]


# The second computation. ``plan`` is a dict of settings; an attempt is a dict of numbers.


def board(plan, attempts, number):
    """What people are compared by in a round (0: the whole contest): {person: (values in order, attempt or None)}."""
    counting = [a for a in attempts if a["counted"] and not a["annulled"]]
    of_rounds = {
        n: best_of_round(plan, [a for a in counting if a["round"] == n], actual_number(plan, counting, n), n)
        for n in range(1, plan["rounds"] + 1)
    }
    if number:
        return {who: (in_order(plan["criteria"], row), row["id"]) for who, row in of_rounds[number].items()}
    people = {who for rows in of_rounds.values() for who in rows}
    keys = whole_order(plan)
    found = {}
    for who in people:
        taken = [of_rounds[n][who] for n in sorted(of_rounds) if who in of_rounds[n]]
        row = together(plan, taken, {n for n in of_rounds if actual_number(plan, counting, n) is not None})
        row["lot"] = lot(plan, 0, [a for a in counting if a["who"] == who])
        found[who] = (in_order(keys, row), None)
    return found


def actual_number(plan, counting, number):
    """The true number behind predictions as far as it is known."""
    if not plan["target"]:
        return None
    over = range(1, plan["over"] + 1)
    rounds = [number] if plan["scope"] == "round" else list(range(1, plan["rounds"] + 1))
    if not set(rounds) <= set(over):
        return None
    meant = [a for a in counting if a["round"] in rounds and (a["perfect"] or "perfect" not in plan["target"])]
    return len({a["who"] for a in meant}) if plan["target"].endswith("people") else len(meant)


def best_of_round(plan, attempts, actual, number):
    """For each person the attempt that stands, with all values it is compared by; the first of equal ones."""
    found = {}
    for who in {a["who"] for a in attempts}:
        own = sorted((a for a in attempts if a["who"] == who), key=lambda a: a["id"])
        rows = [
            a
            | {
                "perfect": sum(b["perfect"] for b in own),
                "rounds": 1,
                "prediction": predicted(plan["rule"], a["prediction"], actual),
                "lot": lot(plan, number, own),
            }
            for a in own
        ]
        found[who] = sorted(rows, key=lambda row: in_order(plan["criteria"], row))[0]
    return found


def predicted(rule, given, actual):
    """(distance, how many were above or wrong) or None."""
    if given is None or actual is None:
        return None
    if rule == "exact":
        return (0, 0 if given == actual else 1)
    return (abs(given - actual), 1 if given > actual and rule != "nearest" else 0)


def in_order(keys, row):
    return [compared(key, row) for key in keys]


def compared(key, row):
    """Smaller is better."""
    value = row[key]
    if key == "prediction":
        missing = value is None
        distance, marked = value or (0, 0)
        return (missing, distance, marked) if row["rule"] == "nearest_low_first" else (missing, marked, distance)
    if key == "lot":
        return (value is None, value or "")
    return value if key in TIMES else -value


def together(plan, taken, settled):
    """Rounds of a person as one row."""
    if plan["total"] == "best":
        plain = [key for key in plan["criteria"] if key != "lot"]
        return dict(min(taken, key=lambda row: in_order(plain, row))) | {"rounds": len(taken)}
    row = {key: sum(one[key] for one in taken) for key in (*TIMES, *POINTS, "perfect")}
    known = [one["prediction"] for one in taken if one["round"] in settled]
    marked = distance = None
    if known and None not in known:
        distance, marked = (sum(pair[side] for pair in known) for side in (0, 1))
    if plan["total"] == "average":
        zero = plan["missed"] == "zero"
        over = plan["rounds"] if zero else len(taken)
        row = {key: floor(Fraction(value * (1000 if key in POINTS else 1), over)) for key, value in row.items()}
        if distance is not None:
            distance = floor(Fraction(distance, plan["rounds"] if zero else len(known)))
    prediction = None if distance is None else (distance, marked)
    return row | {"prediction": prediction, "rounds": len(taken), "rule": plan["rule"]}


def whole_order(plan):
    keys = list(plan["criteria"])
    if plan["missed"] == "behind":
        return ["rounds"] + [key for key in keys if key != "rounds"]
    adds = plan["total"] == "sum" or (plan["total"] == "average" and plan["missed"] == "zero")
    if "rounds" in keys or not adds:
        return keys
    for place, key in enumerate(keys):
        if key in (*TIMES, "prediction", "lot"):
            return [*keys[:place], "rounds", *keys[place:]]
        if key == "score":
            return [*keys[: place + 1], "rounds", *keys[place + 1 :]]
    return [*keys, "rounds"]


def lot(plan, number, own):
    """A person's lot as the regulations describe the draw."""
    if number not in plan["drawn"]:
        return None
    numbers = [number] if number else range(1, plan["rounds"] + 1)
    told = {"head": HEAD, "public_text": "số 7", "round_seeds": [f"{n:064x}" for n in numbers]}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    seed = hashlib.sha256(text.encode()).hexdigest()
    return hashlib.sha256((seed + ":" + min(a["receipt"] for a in own)).encode()).hexdigest()[:12]


def places(rows, ranked):
    """Competition ranks of those who are ranked: one more than the number of people strictly ahead."""
    values = {who: row[0] for who, row in rows.items() if who in ranked}
    return {who: 1 + sum(other < mine for other in values.values()) for who, mine in values.items()}


# Generated contests


attempt_values = st.fixed_dictionaries(
    {
        "score": st.sampled_from([2, 2, 2, 3, 3, 1]),
        "hand": st.sampled_from([0, 0, 1]),
        "started": st.sampled_from([0, 0, 500]),
        "elapsed": st.sampled_from([1000, 1000, 1001]),
        "prediction": st.sampled_from([4, 3, 5, 6, 2, None, 0, 9]),
        "counted": st.sampled_from([True, True, True, True, False]),
        "annulled": st.sampled_from([False, False, False, False, True]),
    }
)


@st.composite
def plans(draw):
    """Settings and what people did. ``over`` rounds have closed; lots are drawn for the boards in ``drawn``."""
    keys = list(draw(st.lists(st.sampled_from(PLAIN_KEYS), min_size=1, max_size=4, unique=True)))
    target = draw(st.sampled_from([None, "people", "perfect_people", "attempts", "perfect_attempts"]))
    if target:
        keys.insert(draw(st.integers(0, len(keys))), "prediction")
    draws = draw(st.booleans())
    total = draw(st.sampled_from(["sum", "average", "best", "none"]))
    missed = draw(st.sampled_from(["zero", "behind", "left_out"] if total == "average" else ["zero", "behind"]))
    rounds = draw(st.integers(1, 3))
    over = draw(st.sampled_from([rounds, rounds, rounds - 1]))
    of_round = st.one_of(
        st.just([]), st.lists(attempt_values, min_size=1, max_size=1), st.lists(attempt_values, max_size=3)
    )
    person = st.fixed_dictionaries(
        {
            "division": st.sampled_from([None, "A", "B"]),
            "unranked": st.sampled_from([False, False, False, True]),
            "disqualified": st.sampled_from([False, False, False, True]),
            "taken": st.lists(of_round, min_size=rounds, max_size=rounds),
        }
    )
    closed = list(range(1, over + 1))
    return {
        "criteria": [*keys, "lot"] if draws else keys,
        "total": total,
        "missed": missed,
        "target": target,
        "scope": draw(st.sampled_from(["round", "contest"])),
        "rule": draw(st.sampled_from([str(rule) for rule in PredictionRule])),
        "rounds": rounds,
        "over": over,
        "drawn": ([0] if over == rounds and total != "none" else []) + closed
        if draws and draw(st.integers(0, 3))
        else [],
        "people": draw(st.lists(person, min_size=3, max_size=6)),
        "shuffle": draw(st.integers(0, 1000)),
    }


def attempts_of(plan):
    """The attempts as the second computation takes them, ids ascending as they were made."""
    ids = count(1)
    return [
        made
        | {
            "id": (number := next(ids)),
            "who": who,
            "round": n,
            "perfect": made["score"] == 3,
            "submitted": made["started"] + made["elapsed"],
            "receipt": hashlib.sha256(str(number).encode()).hexdigest()[:16].upper(),
            "rule": plan["rule"],
        }
        for who, person in enumerate(plan["people"])
        for n, taken in enumerate(person["taken"], 1)
        for made in taken
    ]


def ranked_people(plan, division=None):
    return {
        who
        for who, person in enumerate(plan["people"])
        if not person["unranked"] and not person["disqualified"] and division in (None, person["division"])
    }


def seed_of(plan, number):
    if number not in plan["drawn"]:
        return None
    numbers = [number] if number else range(1, plan["rounds"] + 1)
    return lots.lot_seed([f"{n:064x}" for n in numbers], HEAD, "số 7")


# The rules alone


def sitting(plan, attempt, actual):
    started_at = OPENS + timedelta(milliseconds=attempt["started"])
    return rules.Sitting(
        attempt_id=attempt["id"],
        round_number=attempt["round"],
        opens_at=OPENS,
        started_at=started_at,
        submitted_at=started_at + timedelta(milliseconds=attempt["elapsed"]),
        elapsed_ms=attempt["elapsed"],
        score=attempt["score"],
        perfect=attempt["perfect"],
        prediction=attempt["prediction"],
        actual=actual[attempt["round"]],
        hand=attempt["hand"],
        receipt=attempt["receipt"],
        lot_seed=seed_of(plan, attempt["round"]),
    )


def order_of(plan):
    return rules.Order(
        tuple(plan["criteria"]),
        Total(plan["total"]),
        PredictionRule(plan["rule"]),
        MissedRounds(plan["missed"]),
        plan["rounds"],
        seed_of(plan, 0),
    )


@settings(max_examples=600, deadline=None)
@given(plan=plans())
def test_the_rules_say_what_the_second_computation_says(plan):
    attempts = attempts_of(plan)
    counting = [a for a in attempts if a["counted"] and not a["annulled"]]
    numbers = range(1, plan["rounds"] + 1)
    actual = {n: actual_number(plan, counting, n) for n in numbers}
    kept = {
        who: rules.places([sitting(plan, a, actual) for a in counting if a["who"] == who], order_of(plan))
        for who in {a["who"] for a in counting}
    }
    for number in [*numbers, *([0] if plan["total"] != "none" else [])]:
        right = board(plan, attempts, number)
        mine = {who: place for who, found in kept.items() for place in found if place.round_number == number}
        ordered = sorted(mine, key=lambda who: mine[who].sort_key)
        ranks = dict(zip(ordered, rules.ranks([mine[who].sort_key for who in ordered]), strict=True))
        assert ranks == places(right, set(right))
        assert {who: place.attempt_id for who, place in mine.items()} == {who: row[1] for who, row in right.items()}


# The stored standings

_slugs = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def towns(request, databases):
    """A session and a town with people and a bank that the examples share; each example rolls back what it did."""
    store = Store(databases.fresh(request.param))
    with store.session(readonly=False) as session:
        town = Town(session)
        town.one_bank = town.bank()
        town.crowd = [town.person(f"Người Thứ {n}") for n in range(6)]
        session.commit()
        session.expunge_all()
        yield session, town
        session.rollback()
    store.engine.dispose()
    databases.drop(store.engine.url)


class Stored:
    """A generated contest in a database, its people and attempts in the order of the plan."""

    def __init__(self, session, town, plan):
        self.session, self.plan = session, plan
        self.contest = town.contest(
            slug=f"thi-lai-{next(_slugs)}",
            criteria=plan["criteria"],
            total=plan["total"],
            missed_rounds=plan["missed"],
            prediction_target=plan["target"],
            prediction_scope=plan["scope"],
            prediction_rule=plan["rule"],
        )
        divisions = {code: town.division(self.contest, code) for code in "AB"}
        day = 24 * 60
        self.rounds = [
            town.round(self.contest, n, bank=town.one_bank, opens=(n - 11) * day, closes=(n - 10) * day)
            for n in range(1, plan["rounds"] + 1)
        ]
        self.now = self.rounds[0].opens_at + timedelta(days=plan["over"], hours=1)
        self.entries = [
            arena.enter(town, self.contest, who, divisions.get(person["division"]), person["unranked"])
            for who, person in zip(town.crowd, plan["people"], strict=False)
        ]
        self.told = attempts_of(plan)
        self.attempts = [self.made(told) for told in self.told]

    def made(self, told):
        """The attempt as a row, before any ruling about it."""
        earlier = [a for a in self.told if a["who"] == told["who"] and a["round"] == told["round"]]
        return arena.closed_attempt(
            self.session,
            self.entries[told["who"]],
            self.rounds[told["round"] - 1],
            number=earlier.index(told) + 1,
            score=told["score"],
            auto_score=told["score"] - told["hand"],
            start_ms=told["started"],
            elapsed_ms=told["elapsed"],
            prediction=told["prediction"],
            counted=told["counted"],
            receipt=hashlib.sha256(f"{self.contest.slug}/{told['id']}".encode()).hexdigest()[:16].upper(),
        )

    def close(self):
        """Let attempts close in any order, some people and attempts be ruled about, rounds be settled, lots drawn."""
        chance = random.Random(self.plan["shuffle"])
        in_time = [a for a, told in zip(self.attempts, self.told, strict=True) if told["counted"]]
        for attempt in chance.sample(in_time, len(in_time)):
            actions.attempt_closed(self.session, attempt)
        self.rule(chance)
        for round_ in self.rounds[: self.plan["over"]]:
            arena.Played(self.contest, self.rounds, self.entries, self.now).settle(self.session, round_)
        for number in self.plan["drawn"]:
            lots.draw_lots(self.session, TERMINAL, self.contest, number, HEAD, "số 7", self.now)

    def rule(self, chance):
        """Rulings, in whichever order; of an annulled attempt one of the two marks alone is enough."""
        for told, attempt in zip(self.told, self.attempts, strict=True):
            attempt.annulled = told["annulled"]
            attempt.counted = told["counted"] and not (told["annulled"] and chance.random() < 0.5)
        for entry, person in zip(self.entries, self.plan["people"], strict=True):
            entry.disqualified = person["disqualified"]
        self.session.flush()
        for attempt in chance.sample(self.attempts, len(self.attempts)):
            actions.attempt_closed(self.session, attempt)

    def second(self, number):
        """The second computation over what is stored under the people's ids."""
        real = {told["id"]: attempt for told, attempt in zip(self.told, self.attempts, strict=True)}
        renamed = [
            told | {"id": real[told["id"]].id, "who": self.entries[told["who"]].id, "receipt": real[told["id"]].receipt}
            for told in self.told
        ]
        return board(self.plan, renamed, number)

    def check(self):
        numbers = [*range(1, self.plan["rounds"] + 1), *([0] if self.plan["total"] != "none" else [])]
        for number in numbers:
            rows = self.second(number)
            for division in [None, *self.contest.divisions]:
                ranked = {self.entries[who].id for who in ranked_people(self.plan, division and division.code)}
                right = places(rows, ranked)
                here = Board(self.contest.id, number, division.id if division else None)
                lines = queries.whole_ranking(self.session, here)
                assert {line.entry_id: line.rank for line in lines} == right
            for entry in self.entries:
                standing = queries.standing(self.session, self.contest.id, number, entry.id)
                assert (standing.attempt_id if standing else None) == (rows[entry.id][1] if entry.id in rows else None)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=plans())
def test_closings_in_any_order_rulings_and_a_recount_say_what_the_second_computation_says(towns, plan):
    session, town = towns
    try:
        stored = Stored(session, town, plan)
        stored.close()
        stored.check()
        assert actions.verify(session, stored.contest) == []
        assert actions.recount(session, stored.contest) == 0
    finally:
        session.rollback()
