"""Prize lines of every kind: the form, the contest file both ways, the regulations, the checks."""

from datetime import UTC, date, datetime

import pytest
from prizes import podium

from contest.rounds.checks import checks
from contest.rounds.facts import Facts
from contest.rounds.models import PrizeLine
from contest.rounds.plans import PrizePlan, UnionRef
from contest.rounds.regulations import regulations
from contest.rounds.settings import CollectiveBasis, PrizeScope
from contest.rounds.setup import read_setup
from contest.rounds.setup_writer import write_setup
from contest.rounds.windows import plan_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAGE = "/to-chuc/cuoc-thi/cuoc-thi/giai-thuong"

FILE = """
slug: hoi-thi
title: Hội thi
union: LC
divisions: [{code: CB, title: Cán bộ}]
rounds: []
prizes:
  - {scope: round, title: Nhất, quantity: 1, division: CB, points: 5}
  - {scope: collective, title: Cờ, quantity: 2, basis: rate_prizes, league: LC-PT, headcount_from: 50,
     headcount_until: 99, weight_rate: 2, weight_other: 0}
  - {scope: collective, title: Khen, quantity: 3}
"""


def test_a_file_says_everything_and_comes_back():
    setup, faults = read_setup(FILE.encode(), "thi.yaml", date(2026, 11, 22))
    assert faults == []
    nhat, co, khen = setup.plan.prizes
    assert (nhat.division, nhat.points, nhat.basis) == ("CB", 5, None)
    assert co == PrizePlan(
        PrizeScope.COLLECTIVE,
        "Cờ",
        2,
        basis=CollectiveBasis.RATE_PRIZES,
        league=UnionRef("LC-PT"),
        class_from=50,
        class_until=99,
        weight_rate=2,
        weight_other=0,
    )
    assert khen.basis is CollectiveBasis.RATE
    again, faults = read_setup(write_setup(setup.plan).encode(), "thi.yaml", date(2026, 11, 22))
    assert (again.plan.prizes, faults) == (setup.plan.prizes, [])


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("scope: round, division: XX", "prizes[0].division"),
        ("scope: round, basis: rate", "prizes[0].basis"),
        ("scope: collective, points: 3", "prizes[0].points"),
        ("scope: collective, basis: many", "prizes[0].basis"),
    ],
)
def test_what_does_not_belong_to_a_line_is_refused(line, where):
    text = FILE.split("prizes:")[0] + "prizes:\n  - {title: Nhất, quantity: 1, " + line + "}\n"
    setup, faults = read_setup(text.encode(), "thi.yaml", date(2026, 11, 22))
    assert setup is None and where in {fault.path for fault in faults}


def texts(plan):
    return " ".join(str(found.message) for found in checks(plan, Facts(now=NOW)))


def test_checks_name_what_cannot_work(town):
    contest = podium.contest_of(town, lines=())
    podium.prize(contest, "Cờ", 1, "collective", basis="rate_prizes", weight_rate=0, weight_other=0)
    contest.prizes[0].class_from, contest.prizes[0].class_until = 99, 50
    found = texts(plan_of(contest))
    for said in ("quy mô từ lớn hơn quy mô đến", "cả hai hệ số bằng 0", "chưa giải cá nhân nào có điểm quy đổi"):
        assert f"“Cờ” {said}" in found or said in found
    contest.prizes[0].class_from = contest.prizes[0].class_until = None
    contest.prizes[0].weight_rate = 1
    podium.prize(contest, "Nhất", points=3)
    assert "Cờ" not in texts(plan_of(contest)).replace("“Cờ” cần số đoàn viên", "")


def said(contest):
    return [
        str(part)
        for section in regulations(plan_of(contest))
        if section.key == "giai-thuong"
        for block in section.blocks
        for part in (getattr(block, "items", None) or [getattr(block, "text", None)])
        if part
    ]


def test_the_regulations_say_what_unions_are_ranked_by(town):
    contest = podium.contest_of(town, lines=())
    assert town.province
    podium.prize(contest, "Cờ", 1, "collective", basis="rate_average", weight_rate=2, class_from=50)
    contest.prizes[0].league_union = town.LC_PT
    podium.prize(contest, "Bằng khen", 1, "collective", basis="rate_prizes", class_until=49)
    podium.prize(contest, "Nhất", 1, points=5)
    found = said(contest)
    assert (
        "Cờ: xét các đơn vị trực thuộc LĐLĐ huyện Phong Thổ có từ 50 người trở lên, theo tổng của 2 × tỷ lệ dự thi "
        "(phần trăm) và 1 × điểm trung bình của các lượt thi (phần trăm điểm tối đa của đề)."
    ) in found
    assert any(text.startswith("Bằng khen: xét các đơn vị có không quá 49 người, theo tổng của 1 ×") for text in found)
    assert "Điểm quy đổi của mỗi giải cá nhân: Nhất: 5." in found


def test_the_form_keeps_each_kind_of_line(client, session, town):
    contest = podium.contest_of(town, lines=())
    division = town.division(contest, "CB").id
    mai, pt = town.mai, town.LC_PT.id
    town.commit()
    client.sign_in(mai)
    town.commit()
    client.send(
        PAGE, {"scope": "round", "title": "Nhất", "quantity": 1, "division": "CB", "points": 5, "basis": "rate"}
    )
    whole = {"scope": "collective", "title": "Cờ", "quantity": 2, "basis": "rate_prizes", "league": "LC-PT"}
    client.send(PAGE, whole | {"class_from": 50, "weight_rate": 2, "weight_other": 0, "division": "CB", "points": 9})
    names = ("title", "points", "basis", "league_union_id", "class_from", "weight_rate", "weight_other")
    lines = session.query(PrizeLine).order_by(PrizeLine.position).all()
    stored = [tuple(getattr(line, name) for name in names) for line in lines]
    divisions, line_id = [line.division and line.division.code for line in lines], lines[1].id
    session.commit()
    assert stored == [("Nhất", 5, None, None, None, 1, 1), ("Cờ", 0, "rate_prizes", pt, 50, 2, 0)]
    assert divisions == ["CB", None]
    page = client.page(f"{PAGE}?giai={line_id}")
    assert page.xpath("//input[@name='weight_rate']/@value") == ["2"]
    assert page.xpath("//input[@name='league']/@value") == ["LC-PT"]
    assert "trực thuộc LĐLĐ huyện Phong Thổ" in page.text_content()
    wrong = client.send(PAGE, whole | {"league": "KHONG-CO"})
    assert "Không có đơn vị nào mang mã này" in wrong.text
    removed = client.send("/to-chuc/cuoc-thi/cuoc-thi/bang-thi/xoa", {"bang": division}, follow_redirects=True)
    assert "“Nhất” là giải riêng của bảng này" in removed.text
