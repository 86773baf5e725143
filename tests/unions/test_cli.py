"""Unions from the terminal: the same verbs, plain errors, exit status, JSON."""

import json

import pytest
from sqlalchemy import func, select
from support.lists import DISTRICT, PROVINCE, SCHOOL, workbook

from contest.unions.models import TradeUnion


@pytest.fixture
def run(app):
    return app.test_cli_runner().invoke


def count(session):
    number = session.scalar(select(func.count()).select_from(TradeUnion))
    session.rollback()
    return number


def test_a_list_is_imported_and_told(run, session, tmp_path):
    file = tmp_path / "don-vi.xlsx"
    file.write_bytes(workbook([PROVINCE, DISTRICT, SCHOOL]))
    dry = run(args=["union", "import", str(file), "--dry-run"])
    assert (dry.exit_code, dry.output) == (0, "Sẽ nhập: 3 mới, 0 thay đổi, 0 giữ nguyên.\n")
    assert count(session) == 0
    done = run(args=["union", "import", str(file), "--json"])
    assert json.loads(done.output) == {"imported": 3, "new": 3, "changed": 0, "same": 0, "dry_run": False, "faults": []}
    assert count(session) == 3
    assert run(args=["union", "import", str(file)]).output == "Đã nhập: 0 mới, 0 thay đổi, 3 giữ nguyên.\n"


def test_faults_are_listed_by_row_with_status_1(run, session, tmp_path):
    file = tmp_path / "don-vi.xlsx"
    file.write_bytes(workbook([PROVINCE, ["X", "", "", "Cơ sở", "KHONG"]]))
    refused = run(args=["union", "import", str(file)])
    assert refused.exit_code == 1
    assert "Dòng 3: Thiếu tên công đoàn. Hãy ghi tên đầy đủ." in refused.stderr
    assert "Chưa nhập gì: có 2 chỗ cần sửa." in refused.stderr
    data = json.loads(run(args=["union", "import", str(file), "--json"]).stdout)
    assert (data["imported"], [fault["row"] for fault in data["faults"]]) == (0, [3, 3])
    assert count(session) == 0


def test_unions_are_listed_and_shown(run, town):
    assert town.province
    town.commit()
    rows = json.loads(run(args=["union", "list", "--below", "LC-PT", "--json"]).output)
    assert {row["code"]: row["parent"] for row in rows} == {"LC-PT": "LC", "LC-PT-1": "LC-PT", "LC-PT-2": "LC-PT"}
    assert "LC-PT-1\tgrassroots\tLC-PT\tCĐCS số 1 LĐLĐ huyện Phong Thổ" in run(args=["union", "list"]).output
    shown = json.loads(run(args=["union", "show", "lc-pt-1", "--json"]).output)
    assert (shown["path"], shown["headcounts"]["member"]["number"]) == (["LC", "LC-PT", "LC-PT-1"], 10)
    assert "path: LC > LC-PT" in run(args=["union", "show", "LC-PT"]).output


def test_an_unknown_code_is_one_plain_line(run, town):
    town.commit()
    for args in (["union", "show", "KHONG"], ["union", "list", "--below", "KHONG"]):
        answer = run(args=args)
        assert (answer.exit_code, answer.stderr) == (1, "Error: there is no union KHONG\n")


@pytest.mark.parametrize("command", ["import", "list", "show"])
def test_every_command_explains_itself(run, command):
    answer = run(args=["union", command, "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def test_a_decision_is_entered_as_a_whole_or_refused(run, session, town, tmp_path):
    from contest.unions.reorganisation_sheets import COLUMNS

    assert town.province
    town.commit()
    header = [column.title for column in COLUMNS]
    good, bad = tmp_path / "tot.xlsx", tmp_path / "hong.xlsx"
    good.write_bytes(workbook([["Sáp nhập", "LC-PT-1", "", "", "", "", "LC-PT-2"]], header))
    bad.write_bytes(workbook([["Kết thúc", "LC-PT", "", "", "", "", ""]], header))
    options = ["--number", "15/QĐ", "--decided-on", "2026-06-01"]
    dry = run(args=["union", "reorganise", str(good), *options, "--dry-run"])
    assert (dry.exit_code, dry.stdout) == (0, "Sẽ lưu: sáp nhập 1.\n")
    refused = run(args=["union", "reorganise", str(bad), *options])
    assert refused.exit_code == 1
    assert "còn 2 đơn vị trực thuộc" in refused.stderr
    told = json.loads(run(args=["union", "reorganise", str(bad), *options, "--json"]).stdout)
    assert (told["stored"], [fault["row"] for fault in told["faults"]]) == (None, [2])
    assert run(args=["union", "reorganise", str(good), "--number", "1", "--decided-on", "hôm qua"]).exit_code == 1
    stored = json.loads(run(args=["union", "reorganise", str(good), *options, "--json"]).stdout)
    assert stored["stored"]
    assert stored["changes"] == {"merge": 1}
    rest = tmp_path / "con-lai.xlsx"
    rest.write_bytes(workbook([["Đổi tên", "LC-PT-2", "CĐCS số 2 mới"]], header))
    again = run(args=["union", "reorganise", str(rest), *options, "--dry-run"])
    assert "Quyết định 15/QĐ cùng ngày đã được nhập" in again.stderr and "None" not in again.stderr
    shown = json.loads(run(args=["union", "show", "LC-PT-1", "--json"]).output)
    assert shown["path"] == ["LC", "LC-PT", "LC-PT-2", "LC-PT-1"]
