"""Documents from the terminal: the same as on the pages, many at once."""

import openpyxl
import pytest
from publishing.test_notice import announce
from reports.test_union_report import words

from contest.reports.models import DocumentTemplate


@pytest.fixture
def run(app, town, tmp_path):
    """Runs ``flask report make`` with a folder to write into."""
    town.commit()

    def invoke(*asked):
        return app.test_cli_runner().invoke(args=["report", "make", *asked, "-o", str(tmp_path / "ra")])

    invoke.folder = tmp_path / "ra"
    return invoke


def test_reports_of_a_union_in_every_form(district, run, town):
    town.commit()
    made = run("report", "cuoc-thi", "--union", "LC-PT", "--form", "docx", "--form", "pdf", "--form", "xlsx")
    assert made.exit_code == 0 and "3 files written" in made.output, made.output
    name = "bao-cao-cuoc-thi-LC-PT"
    assert "LĐLĐ huyện Phong Thổ có 2 người dự thi" in words((run.folder / f"{name}.docx").read_bytes())
    assert (run.folder / f"{name}.pdf").read_bytes().startswith(b"%PDF-")
    assert "Đơn vị" in openpyxl.load_workbook(run.folder / f"{name}.xlsx").sheetnames


def test_one_for_each_union_below_and_of_a_year(district, run, town):
    town.commit()
    made = run("report", "cuoc-thi", "--union", "LC-PT", "--below", "--round", "1")
    assert made.exit_code == 0, made.output
    names = {path.name for path in run.folder.iterdir()}
    assert names == {f"bao-cao-cuoc-thi-dot-1-LC-PT-{n}.docx" for n in (1, 2)}
    year = str(town.now.year)
    assert run("yearly", year, "--union", "LC-PT", "--form", "xlsx").exit_code == 0
    assert openpyxl.load_workbook(run.folder / f"bao-cao-nam-{year}-LC-PT.xlsx").sheetnames[0] == year


def test_notice_and_decision_of_what_is_announced(district, run, session):
    announce(session, district, 1)
    assert run("notice", "cuoc-thi", "--round", "1", "--form", "docx", "--form", "xlsx").exit_code == 0
    assert run("decision", "cuoc-thi", "--round", "1", "--form", "pdf").exit_code == 0
    assert {path.name for path in run.folder.iterdir()} == {
        "thong-bao-cuoc-thi-dot-1.docx",
        "thong-bao-cuoc-thi-dot-1.xlsx",
        "quyet-dinh-cuoc-thi-dot-1.pdf",
    }


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("report", "khong-co", "--union", "LC"), "There is no contest 'khong-co'."),
        (("report", "cuoc-thi", "--union", "XX"), "There is no union with the code 'XX'."),
        (("report", "cuoc-thi", "--union", "LC", "--round", "9"), "has no round 9"),
        (("report", "cuoc-thi", "--union", "LC-PT-1", "--below"), "There is no union below."),
        (("yearly", "2999", "--union", "LC"), "2999 has not begun."),
        (("notice", "cuoc-thi", "--round", "2"), "No results of this part of cuoc-thi are announced."),
        (("decision", "cuoc-thi"), "No prizes of this part of cuoc-thi are announced."),
    ],
)
def test_what_cannot_be_made_is_said(district, run, asked, said):
    made = run(*asked)
    assert made.exit_code == 1 and said in made.output


def test_a_template_that_no_longer_fills_is_said(district, run, session, town):
    broken = DocumentTemplate(
        code="x", union_id=town.province.id, kind="report", name="hong.docx", content=b"PK", size=2, digest="0" * 64,
        uploaded_at=town.now, uploaded_by="terminal",
    )  # fmt: skip
    session.add(broken)
    town.commit()
    made = run("report", "cuoc-thi", "--union", "LC-PT")
    assert made.exit_code == 1 and "Tệp Word này bị hỏng" in made.output
    pdf = run("report", "cuoc-thi", "--union", "LC-PT", "--form", "pdf")
    assert pdf.exit_code == 0 and "our layout, not that of hong.docx" in pdf.output
