"""A contest from a file: every setting, strict about everything else, and back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml

from contest.accounts.rules import PersonKind
from contest.config import ROOT
from contest.rounds.checks import checks
from contest.rounds.facts import Facts
from contest.rounds.plans import DivisionPlan, ExclusionPlan, PrizePlan, RowPlan, UnionRef
from contest.rounds.rules import Phase, phase
from contest.rounds.settings import (
    ExclusionMode,
    HeadcountBasis,
    KeyShown,
    MissedRounds,
    NameDisplay,
    OnePrize,
    PaperMode,
    PredictionRule,
    PredictionScope,
    PredictionTarget,
    PrizeScope,
    RankingShown,
    ScoreShown,
    TieRule,
    Total,
)
from contest.rounds.setup import read_setup
from contest.rounds.setup_writer import write_setup

from .plans import sound

TODAY = date(2023, 11, 15)

FULL = """
slug: hoi-thi
title: Hội thi
union: LC
summary: Tóm tắt
organizer: LĐLĐ tỉnh
legal_basis: Kế hoạch số 457
contact: 0213876543
extra_rules: |-
  Một.
  Hai.
publish: true
practice: false
kinds: [member, official]
scope: LC-PT
registration_opens: 2023-11-06 08:00
one_prize: contest
tie_rule: lot
ranking: {criteria: [score, prediction, elapsed], total: average, missed_rounds: left_out, all_answers_required: true}
prediction: {target: perfect_people, scope: contest, rule: nearest_not_above}
display: {names: hidden, score: after_round, key: never, ranking: published}
previous: hoi-thi-2022
target: {percent: 60, people: 5000, basis: all, size_classes: [50, 200]}
collective: {min_headcount: 20, min_percent: 50}
divisions:
  - {code: A, title: Cán bộ, kinds: [official]}
  - {code: B, title: Huyện, union: LC-PT}
defaults: {minutes: 30, attempts: 3}
rounds:
  - title: Tuần 1
    grace_seconds: 0
    late_minutes: 45
    freeze_minutes: 60
    opens: 2023-11-13 10:00
    closes: 2023-11-20T09:00:00
    weekdays: [mon, tue, sun]
    hours: 15:30-24:00
    paper: fixed
    shuffle_questions: false
    shuffle_choices: false
    questions:
      - {bank: b, topic: Luật / Công đoàn, difficulty: hard, division: A, count: 5, points: 2}
      - {bank: b, count: 1}
  - opens: {days: 7, time: "08:00"}
    closes: {days: 8}
    minutes: 15
    attempts: unlimited
exclusions:
  - {mode: barred, phone: "+84 912 345 678", reason: Ban tổ chức}
  - {mode: unranked, union: LC, kind: official, reason: chuyên trách}
prizes:
  - {scope: round, title: Nhất, quantity: 1, value: 1 triệu đồng}
"""


def read(text, name="thi.yaml"):
    return read_setup(text.encode(), name, TODAY)


def faults(text, name="thi.yaml"):
    setup, found = read(text, name)
    assert setup is None
    return {fault.path: str(fault.message) for fault in found}


def test_every_setting():
    setup, found = read(FULL)
    assert found == []
    plan = setup.plan
    assert setup.publish
    assert (plan.slug, plan.title, plan.union, plan.contact) == ("hoi-thi", "Hội thi", UnionRef("LC"), "0213876543")
    assert (plan.summary, plan.organizer, plan.legal_basis, plan.extra_rules) == (
        "Tóm tắt",
        "LĐLĐ tỉnh",
        "Kế hoạch số 457",
        "Một.\nHai.",
    )
    assert (plan.kinds, plan.scope_union) == ((PersonKind.MEMBER, PersonKind.OFFICIAL), UnionRef("LC-PT"))
    assert plan.registration_opens_at == datetime(2023, 11, 6, 1, tzinfo=UTC)
    assert (plan.criteria, plan.total, plan.missed_rounds, plan.all_answers_required) == (
        ("score", "prediction", "elapsed"),
        Total.AVERAGE,
        MissedRounds.LEFT_OUT,
        True,
    )
    assert plan.tie_rule is TieRule.LOT
    assert (plan.size_classes, plan.previous) == ((50, 200), "hoi-thi-2022")
    assert (plan.prediction_target, plan.prediction_scope, plan.prediction_rule) == (
        PredictionTarget.PERFECT_PEOPLE,
        PredictionScope.CONTEST,
        PredictionRule.NOT_ABOVE,
    )
    assert (plan.name_display, plan.score_shown, plan.key_shown, plan.ranking_shown) == (
        NameDisplay.HIDDEN,
        ScoreShown.AFTER_ROUND,
        KeyShown.NEVER,
        RankingShown.PUBLISHED,
    )
    assert (plan.target_percent, plan.target_people, plan.headcount_basis) == (60, 5000, HeadcountBasis.ALL)
    assert (plan.one_prize, plan.collective_min_headcount, plan.collective_min_percent) == (OnePrize.CONTEST, 20, 50)
    assert plan.divisions == (
        DivisionPlan("A", "Cán bộ", (PersonKind.OFFICIAL,)),
        DivisionPlan("B", "Huyện", (), UnionRef("LC-PT")),
    )
    assert plan.exclusions == (
        ExclusionPlan(ExclusionMode.BARRED, "Ban tổ chức", phone="0912345678"),
        ExclusionPlan(ExclusionMode.UNRANKED, "chuyên trách", union=UnionRef("LC"), kind=PersonKind.OFFICIAL),
    )
    assert plan.prizes == (PrizePlan(PrizeScope.ROUND, "Nhất", 1, "1 triệu đồng"),)


def test_rounds_with_absolute_and_relative_times_and_defaults():
    one, two = read(FULL)[0].plan.rounds
    assert (one.opens_at, one.closes_at) == (
        datetime(2023, 11, 13, 3, tzinfo=UTC),
        datetime(2023, 11, 20, 2, tzinfo=UTC),
    )
    assert (one.number, one.title, one.weekdays, one.day_from, one.day_until) == (1, "Tuần 1", 0b1000011, 930, 1440)
    assert (one.allowance_s, one.max_attempts, one.paper) == (1800, 3, PaperMode.FIXED)
    assert [(row.grace_s, row.late_minutes) for row in (one, two)] == [(0, 45), (5, 0)]
    assert [row.freeze_minutes for row in (one, two)] == [60, 0]
    assert (one.shuffle_questions, one.shuffle_choices) == (False, False)
    assert one.rows == (RowPlan("b", 5, 2, "Luật / Công đoàn", 3, "A"), RowPlan("b", 1))
    assert (two.opens_at, two.closes_at) == (
        datetime(2023, 11, 22, 1, tzinfo=UTC),
        datetime(2023, 11, 22, 17, tzinfo=UTC),
    )
    assert (two.number, two.allowance_s, two.max_attempts) == (2, 900, None)


def test_toml_says_the_same():
    text = """
slug = "hoi-thi"
title = "Hội thi"
union = "LC"
[[rounds]]
opens = 2023-11-13T10:00:00
closes = {days = 5, time = 09:00:00}
[[rounds.questions]]
bank = "b"
count = 5
"""
    setup, found = read(text, "thi.toml")
    assert found == []
    assert setup.plan.rounds[0].opens_at == datetime(2023, 11, 13, 3, tzinfo=UTC)
    assert setup.plan.rounds[0].closes_at == datetime(2023, 11, 20, 2, tzinfo=UTC)
    assert setup.plan.rounds[0].rows == (RowPlan("b", 5),)


def changed(key, value):
    """The full file with one key of one table changed, e.g. ``rounds.0.opens``."""
    document = yaml.load(FULL, Loader=yaml.BaseLoader)
    parts = key.split(".")
    table = document
    for part in parts[:-1]:
        table = table[int(part)] if part.isdigit() else table[part]
    last = parts[-1]
    table[int(last) if last.isdigit() else last] = value
    text = yaml.safe_dump(document, allow_unicode=True).replace("'true'", "true").replace("'false'", "false")
    for digits in ("0", "1", "2", "3", "5", "15", "20", "30", "45", "50", "60", "200", "5000", "7", "8"):
        text = text.replace(f": '{digits}'\n", f": {digits}\n").replace(f"- '{digits}'\n", f"- {digits}\n")
    return text


def test_the_helper_changes_nothing_by_itself():
    assert read(changed("title", "Hội thi")) == read(FULL)


@pytest.mark.parametrize(
    ("key", "value", "path", "said"),
    [
        ("titel", "x", "titel", "Có phải là “title”?"),
        ("qwerty", "x", "qwerty", "Các mục được dùng"),
        ("display.colour", "x", "display.colour", "Không có mục"),
        ("rounds.0.minute", 5, "rounds[0].minute", "“minutes”"),
        ("rounds.0.questions.0.difficulti", 5, "rounds[0].questions[0].difficulti", "“difficulty”"),
        ("slug", "Hội Thi", "slug", "chữ thường không dấu"),
        ("slug", "moi", "slug", "dành cho phần mềm"),
        ("slug", "", "slug", "Thiếu"),
        ("title", ["x"], "title", "phải là chữ"),
        ("title", "x" * 301, "title", "quá 300"),
        ("practice", "có", "practice", "true hoặc false"),
        ("kinds", "member", "kinds", "danh sách"),
        ("kinds", ["boss"], "kinds[0]", "member, official, worker"),
        ("registration_opens", "13/11/2023", "registration_opens", "2023-11-13 08:00"),
        ("registration_opens", "2023-02-30 08:00", "registration_opens", "2023-11-13 08:00"),
        ("registration_opens", "1023-02-20 08:00", "registration_opens", "2023-11-13 08:00"),
        ("registration_opens", {"days": 1, "hours": 2}, "registration_opens", "2023-11-13 08:00"),
        ("registration_opens", {"days": 10**9}, "registration_opens", "2023-11-13 08:00"),
        ("registration_opens", {"days": 1, "time": "25:00"}, "registration_opens", "2023-11-13 08:00"),
        ("rounds.0.opens", None, "rounds[0].opens", "Thiếu"),
        ("rounds.0.closes", "2023-11-13 10:00", "rounds[0].closes", "sau giờ mở"),
        ("rounds.0.minutes", 0, "rounds[0].minutes", "từ 1 đến 1440"),
        ("rounds.0.minutes", "20.5", "rounds[0].minutes", "số nguyên"),
        ("rounds.0.grace_seconds", 121, "rounds[0].grace_seconds", "từ 0 đến 120"),
        ("rounds.0.late_minutes", 1441, "rounds[0].late_minutes", "từ 0 đến 1440"),
        ("rounds.0.freeze_minutes", 10_081, "rounds[0].freeze_minutes", "từ 0 đến 10080"),
        ("ranking", {"missed_rounds": "never"}, "ranking.missed_rounds", "zero, behind, left_out"),
        ("tie_rule", "first", "tie_rule", "share, lot, committee"),
        ("rounds.0.attempts", "nhiều", "rounds[0].attempts", "số nguyên"),
        ("rounds.0.weekdays", [], "rounds[0].weekdays", "mon, tue"),
        ("rounds.0.weekdays", ["t2"], "rounds[0].weekdays", "mon, tue"),
        ("rounds.0.hours", "17:00-08:00", "rounds[0].hours", "08:00-17:00"),
        ("rounds.0.hours", "sáng", "rounds[0].hours", "08:00-17:00"),
        ("rounds.0.questions.0.count", None, "rounds[0].questions[0].count", "Thiếu"),
        ("rounds.0.questions.0.division", "Z", "rounds[0].questions[0].division", "“Z”"),
        ("rounds.0.questions.1", "b", "rounds[0].questions[1]", "bảng các mục con"),
        ("rounds", "x", "rounds", "danh sách"),
        ("defaults", "x", "defaults", "bảng các mục con"),
        ("prediction", {"rule": "exact"}, "prediction.target", "Thiếu"),
        ("target.percent", 101, "target.percent", "từ 1 đến 100"),
        ("divisions.1.code", "A", "divisions", "cùng mã"),
        ("exclusions.0.phone", "12", "exclusions[0].phone", "10 chữ số"),
        ("exclusions.0", {"mode": "barred", "reason": "vì"}, "exclusions[0]", "phone, union, kind"),
        ("exclusions.1.reason", "", "exclusions[1].reason", "Thiếu"),
        ("prizes.0.scope", "week", "prizes[0].scope", "round, contest, collective"),
        ("target.size_classes", [200, 50], "target.size_classes", "tăng dần"),
    ],
)
def test_each_fault_is_told_with_its_place(key, value, path, said):
    found = faults(changed(key, value))
    assert path in found
    assert said in found[path]


def test_all_faults_at_once():
    assert set(faults("title: x\nrounds: [{opens: x}]\nfoo: 1")) == {
        "slug",
        "union",
        "foo",
        "rounds[0].opens",
        "rounds[0].closes",
    }


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"a: [", "thi.yaml", "cú pháp"),
        (b"a = ", "thi.toml", "cú pháp"),
        (b"a: 1\na: 2", "thi.yaml", "duplicate key"),
        (b"- a", "thi.yaml", "bảng các mục"),
        (b"", "thi.yaml", "bảng các mục"),
        ("tên".encode("utf-16"), "thi.yaml", "UTF-8"),
        (b"!!python/object/apply:os.system [ls]", "thi.yaml", "cú pháp"),
        (b"a: " + b"9" * 5000, "thi.yaml", "cú pháp"),
        (b"? [1, 2]\n: 3", "thi.yaml", "cú pháp"),
        (b"[" * 100_000, "thi.yaml", "cú pháp"),
        (b"a" * 1_000_001, "thi.yaml", "byte"),
    ],
)
def test_files_that_are_no_settings(data, name, said):
    setup, (fault,) = read_setup(data, name, TODAY)
    assert setup is None
    assert said in str(fault.message)


def test_yaml_does_not_guess():
    setup, found = read(FULL.replace("title: Hội thi", "title: 2023-11-13").replace("hours: 15:30-24:00", ""))
    assert found == []
    assert setup.plan.title == "2023-11-13"


def test_a_file_written_is_read_as_the_same_contest():
    setup = read(FULL)[0]
    written = write_setup(setup.plan, setup.publish)
    assert read(written)[0] == setup
    plain = sound()
    bare = replace(plain, rounds=(replace(plain.rounds[0], rows=(RowPlan("bank", 5),)),), union=UnionRef("LC"))
    assert read(write_setup(bare))[0].plan == bare


# the demo


DEMO = sorted(path.name for path in (ROOT / "demo").glob("*.yaml"))


def demo(name):
    today = date(2026, 11, 22)
    setup, found = read_setup((ROOT / "demo" / name).read_bytes(), name, today)
    assert found == []
    return setup.plan


def test_there_are_three_demo_contests():
    assert DEMO == ["gui-niem-tin.yaml", "lai-chau-20-nam.yaml", "luyen-tap.yaml"]


@pytest.mark.parametrize("name", DEMO)
def test_demo_contests_are_sound_and_have_a_round_open_at_any_hour(name):
    plan = demo(name)
    ids = tuple(range(100))
    pools = {
        (row.number, place): tuple(n for n in ids if n % 4 == place or line.topic == "")
        for row in plan.rounds
        for place, line in enumerate(row.rows)
    }
    for hour in range(24):
        now = datetime(2026, 11, 21, 17, tzinfo=UTC) + timedelta(hours=hour)
        assert [phase(row.window, now) for row in plan.rounds].count(Phase.OPEN) == 1
        assert checks(plan, Facts(now=now, published=True, pools=pools)) == []


def test_the_flagship_follows_its_published_regulations():
    plan = demo("gui-niem-tin.yaml")
    assert len(plan.rounds) == 3
    for row in plan.rounds:
        assert (row.max_attempts, row.allowance_s, row.paper) == (2, 1200, PaperMode.RANDOM)
        assert sum(line.count for line in row.rows) == sum(line.count * line.points for line in row.rows) == 20
    assert plan.criteria == ("score", "elapsed", "submitted")
    assert "377/KH-TLĐ" in plan.legal_basis
