"""Banks from the terminal."""

import json

import pytest
from sqlalchemy import update

from contest.banks.models import BankOwner
from contest.banks.pages import SAMPLES
from questions import formats, queries
from questions.models import Question, QuestionBank
from questions.rules import ReviewRule, State

CSV = "Mã câu;Chủ đề;Câu hỏi;Phương án A;Phương án B;Đáp án;Lời giải;Nguồn\n"
GOOD = CSV + "X1;Địa lý;Thủ đô?;Hà Nội;Huế;A;Vì thế;Hiến pháp\nX2;;Hai số chẵn?;2;4;A, B;;\n"
BAD = CSV + "X1;;Thủ đô?;Hà Nội;Huế;D;;\nX2;;Câu hai?;Một;Hai;;;\n"


@pytest.fixture
def run(app, town):
    """Runs ``flask bank ...``."""
    assert town.province
    town.commit()
    runner = app.test_cli_runner()
    return lambda *args: runner.invoke(args=["bank", *map(str, args)])


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_create_and_list(run, town, rows):
    assert run("create", "dia-ly", "--title", "Địa lý", "--union", "LC-PT").exit_code == 0
    assert run("create", "su", "--title", "Lịch sử").exit_code == 0
    listed = json.loads(run("list", "--json").stdout)
    expected = {"code": "dia-ly", "title": "Địa lý", "union": "LC-PT", "approved": 0, "questions": 0, "rounds": 0}
    assert listed[1:] == [expected] or listed[:1] == [expected]
    assert {owner.union_id for owner in rows(BankOwner)} == {town.LC_PT.id, town.province.id}
    assert "dia-ly\t0 in use of 0\tLC-PT\tĐịa lý" in run("list").stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("Có dấu", "--title", "A"), "Mã chỉ gồm"),
        (("a", "--title", "A", "--union", "XX"), "no union XX"),
        (("a", "--title", " "), "--title"),
    ],
)
def test_a_bank_that_cannot_be_made(run, rows, args, words):
    result = run("create", *args)
    assert result.exit_code == 1 and words in result.stderr
    assert rows(QuestionBank) == []


def test_two_roots_need_a_choice(run, town, rows):
    town.union("HN")
    town.commit()
    result = run("create", "a", "--title", "A")
    assert result.exit_code == 1 and "--union" in result.stderr
    assert rows(QuestionBank) == []


def test_a_code_is_taken_once(run):
    run("create", "a", "--title", "A")
    result = run("create", "a", "--title", "A")
    assert result.exit_code == 1 and "already" in result.stderr


def test_import_reports_and_stores(run, good, rows, log):
    run("create", "a", "--title", "A")
    first = json.loads(run("import", good, "--bank", "a", "--json").stdout)
    assert (first["imported"], first["new"], first["faults"]) == (2, 2, [])
    assert first["questions"][0] == {
        "kind": "single",
        "code": "X1",
        "title": "X1",
        "stem": "Thủ đô?",
        "passage": "",
        "markup": "plain",
        "topic": "Địa lý",
        "difficulty": "medium",
        "tags": [],
        "scoring": "all",
        "choices": [
            {"text": "Hà Nội", "points": 1, "stays_last": False},
            {"text": "Huế", "points": 0, "stays_last": False},
        ],
        "answers": [],
        "feedback": "Vì thế",
        "source": "Hiến pháp",
        "row": 2,
        "state": "new",
        "changed": [],
        "near": [],
    }
    assert [choice["points"] for choice in first["questions"][1]["choices"]] == [0.5, 0.5]
    again = run("import", good, "--bank", "a")
    assert again.exit_code == 0 and "0 new, 0 changed, 2 same" in again.stdout
    assert len(rows(Question)) == 2
    assert log()[-1] == ("bank.import", "bank:a")


def test_a_dry_run_stores_nothing_and_needs_no_bank(run, good, rows):
    result = run("import", good, "--bank", "khong-co", "--dry-run", "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (data["imported"], [q["state"] for q in data["questions"]]) == (0, ["new", "new"])
    assert rows(QuestionBank) == []


def test_a_missing_bank_is_made_only_when_asked(run, good, bad, rows, look):
    refused = run("import", good, "--bank", "a")
    assert refused.exit_code == 1 and "--create" in refused.stderr
    assert run("import", bad, "--bank", "a", "--create").exit_code == 1
    assert rows(QuestionBank) == []
    assert run("import", good, "--bank", "a", "--create", "--title", "Tên", "--union", "LC-PT").exit_code == 0
    assert look(queries.bank, "a").title == "Tên"
    assert len(rows(Question)) == 2


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_faults_end_with_status_one_and_are_all_listed(run, bad, rows, dry):
    run("create", "a", "--title", "A")
    plain = run("import", bad, "--bank", "a", *dry)
    assert plain.exit_code == 1
    lines = plain.stderr.splitlines()
    assert lines[0].startswith("row 2 (Thủ đô?): Đáp án D không có") and lines[1].startswith("row 3 ")
    data = run("import", bad, "--bank", "a", "--json", *dry)
    assert data.exit_code == 1
    assert [fault["row"] for fault in json.loads(data.stdout)["faults"]] == [2, 3]
    assert rows(Question) == []


def test_a_file_that_is_not_there_is_a_fault(run, tmp_path):
    run("create", "a", "--title", "A")
    result = run("import", tmp_path / "none.csv", "--bank", "a")
    assert result.exit_code == 1 and "Không mở được tệp" in result.stderr


@pytest.mark.parametrize("kind", [kind for kind in formats.FORMATS if kind != "aiken"])
def test_export_to_a_file_or_to_standard_output(run, tmp_path, good, kind):
    run("import", good, "--bank", "a", "--create")
    target = tmp_path / f"a.{kind}"
    assert run("export", "a", "--format", kind, "-o", target).exit_code == 0
    piped = run("export", "a", "--format", kind).stdout_bytes
    for data in (target.read_bytes(), piped):
        result = formats.read(data, name=target.name)
        assert [(draft.code, draft.stem) for draft in result.questions] == [("X1", "Thủ đô?"), ("X2", "Hai số chẵn?")]
    assert json.loads(run("import", target, "--bank", "a", "--json").stdout)["same"] == 2


def test_an_export_that_cannot_be(run, tmp_path):
    assert "no bank a" in run("export", "a", "--format", "csv").stderr
    run("create", "a", "--title", "A")
    result = run("export", "a", "--format", "csv", "-o", tmp_path / "no" / "a.csv")
    assert result.exit_code == 1 and "Cannot write" in result.stderr
    assert run("export", "a", "--format", "pdf").exit_code == 2


def test_the_sample_file_of_the_desk_can_be_imported(run, tmp_path):
    path = tmp_path / "mau.docx"
    path.write_bytes(formats.write(SAMPLES, "docx"))
    assert run("import", path, "--bank", "mau-1", "--create").exit_code == 0


@pytest.mark.parametrize("command", ["create", "list", "import", "export"])
def test_every_command_has_help(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0 and "Usage" in result.stdout


STRANGE = "TT;Nội dung;Trả lời 1;Trả lời 2;Kết luận\n1;Thủ đô?;Huế;Hà Nội;B\n"


def test_columns_are_said_once_and_remembered(run, tmp_path):
    path = tmp_path / "la.csv"
    path.write_text(STRANGE, encoding="utf-8")
    run("create", "b", "--title", "B")
    refused = run("import", path, "--bank", "b")
    assert refused.exit_code == 1 and "Dòng tiêu đề thiếu cột" in refused.stderr
    said = "B=stem,C=A,D=B,E=key"
    assert "1 new" in run("import", path, "--bank", "b", "--columns", said).stdout
    assert "1 same" in run("import", path, "--bank", "b").stdout


@pytest.mark.parametrize(
    ("said", "words"), [("B=stem", "Hãy chọn cột cho: Đáp án"), ("B=x,E=key", "Không hiểu “B=x”"), ("?", "Không hiểu")]
)
def test_columns_that_will_not_do(run, tmp_path, said, words):
    path = tmp_path / "la.csv"
    path.write_text(STRANGE, encoding="utf-8")
    result = run("import", path, "--bank", "b", "--create", "--columns", said)
    assert result.exit_code == 1 and words in result.stderr


def test_a_bank_with_two_person_review_gets_drafts_unless_told_otherwise(run, good, session, rows):
    run("create", "b", "--title", "B")
    session.execute(update(QuestionBank).values(review=ReviewRule.TWO))
    session.commit()
    run("import", good, "--bank", "b")
    assert {question.state for question in rows(Question)} == {State.DRAFT}
    changed = good.with_name("c.csv")
    changed.write_text(GOOD.replace("Vì thế", "Vì vậy"), encoding="utf-8")
    run("import", changed, "--bank", "b", "--approved")
    assert {question.code: question.state for question in rows(Question)}["X1"] == State.APPROVED


def test_faults_of_texts_stand_at_lines(run, tmp_path):
    path = tmp_path / "de.txt"
    path.write_text("Hỏi?\nA. Một\nB. Hai\nANSWER: C\n", encoding="utf-8")
    result = run("import", path, "--bank", "b", "--create", "--json", "--dry-run")
    (fault, *_) = json.loads(result.stdout)["faults"]
    assert set(fault) == {"line", "question", "message"} and fault["line"]


def test_an_export_lists_what_the_format_loses(run, good, tmp_path):
    run("import", good, "--bank", "b", "--create")
    result = run("export", "b", "--format", "aiken", "-o", tmp_path / "b.txt")
    assert "Lost in aiken: Định dạng này không giữ được mã câu. (1: X1)" in result.stderr
    assert "Lost" not in run("export", "b", "--format", "xlsx", "-o", tmp_path / "b.xlsx").stderr


def test_what_is_known_of_a_kind_is_in_the_data(run, tmp_path):
    path = tmp_path / "de.csv"
    path.write_text(
        "Loại;Câu hỏi;Đáp án\nĐiền số;Pi?;3,14 ± 0,01\nTrả lời ngắn;Thủ đô?;Hà Nội | HN\n", encoding="utf-8"
    )
    data = json.loads(run("import", path, "--bank", "b", "--create", "--dry-run", "--json").stdout)
    one, two = data["questions"]
    assert (one["kind"], one["answers"][0]["value"], one["answers"][0]["tolerance"]) == ("number", 3.14, 0.01)
    assert (two["kind"], [answer["text"] for answer in two["answers"]]) == ("short", ["Hà Nội", "HN"])
