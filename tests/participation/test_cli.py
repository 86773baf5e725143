"""Participation and exports from the terminal."""

import json

import openpyxl
from support.decisions import days, decided, opening, today

from contest.accounts.models import AuditEntry
from contest.participation.models import Tally


def run(app, *words, ok=True):
    result = app.test_cli_runner().invoke(args=list(words))
    assert (result.exit_code == 0) is ok, result.output
    return result


def test_show(fair, app):
    fair.town.commit()
    data = json.loads(run(app, "participation", "show", "cuoc-thi", "--json").output)
    assert (data["union"]["people"], data["union"]["attempts"], data["everybody"]["people"]) == (3, 5, 3)
    assert [(row["code"], row["people"]) for row in data["rows"]] == [("LC-PT", 2), ("LC-TU", 1)]
    below = json.loads(
        run(app, "participation", "show", "cuoc-thi", "--union", "LC-PT", "--round", "2", "--json").output
    )
    assert [(row["code"], row["people"]) for row in below["rows"]] == [("LC-PT-1", 1), ("LC-PT-2", 0)]
    assert "LĐLĐ huyện Than Uyên" in run(app, "participation", "show", "cuoc-thi").output


def test_what_is_not_there_is_one_plain_line(fair, app, session):
    decided(session, opening("LC-N", "LC-PT"), on=today() + days(9))
    fair.town.commit()
    for words in (
        ["khong-co"],
        *(["cuoc-thi", *more] for more in (["--union", "KHONG"], ["--union", "LC-N"], ["--round", "9"])),
    ):
        result = run(app, "participation", "show", *words, ok=False)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1


def test_verify_finds_what_recount_mends(fair, app, session):
    session.query(Tally).filter_by(round_number=0).update({"people": 9})
    fair.town.commit()
    result = run(app, "participation", "verify", "cuoc-thi", ok=False)
    assert "tally" in result.stdout
    run(app, "participation", "recount", "cuoc-thi")
    run(app, "participation", "verify", "cuoc-thi")
    assert session.query(AuditEntry).filter_by(action="participation.recount").count() == 1


def test_export(fair, app, session, tmp_path):
    fair.town.commit()
    target = tmp_path / "luot.xlsx"
    result = run(app, "report", "export", "cuoc-thi", "luot-thi", "-o", str(target))
    assert "5 rows" in result.output
    assert len(list(openpyxl.load_workbook(target).active.values)) == 6
    assert session.query(AuditEntry).filter_by(action="report.export").one().actor == "terminal"
    run(app, "report", "export", "cuoc-thi", "luot-thi", "-o", str(target), "--round", "9", ok=False)
