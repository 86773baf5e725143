"""Workbooks made to bring the reader of values down: it makes room for every cell before the last one."""

import io
import zipfile

import openpyxl
import pytest

from questions.formats import read

HEADER = ("Mã", "Câu hỏi", "A", "B", "Đáp án")
FIRST, SECOND = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
UNREADABLE = "Không đọc được tệp này."
FAR = 'r="A99999999"'


def parts():
    """The parts of a workbook with the sheets S and T, by name."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "S"
    for sheet in (workbook.active, workbook.create_sheet("T")):
        sheet.append(HEADER)
        sheet.append(("x1", "Công đoàn là gì?", "một", "hai", "A"))
    out = io.BytesIO()
    workbook.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def told(found):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in found.items():
            archive.writestr(name, text)
    result = read(out.getvalue(), "xlsx")
    assert result.questions == ()
    return str(result.faults[0].message)


def far(found, name=FIRST):
    return found[name].replace('r="A2"', FAR)


@pytest.mark.parametrize("place", ["A99999999", "ZZZZZZZ2", "a9999999", "A" + "9" * 5000, ""])
def test_a_cell_at_a_place_that_no_sheet_has(place):
    found = parts()
    found[FIRST] = found[FIRST].replace('r="A2"', f'r="{place}"')
    assert told(found).startswith(UNREADABLE)


@pytest.mark.parametrize("held", ['t="str"><v></v>', 't="inlineStr"><is><t></t></is>'])
def test_a_cell_far_away_that_holds_an_empty_text(held):
    found = parts()
    row = f'<sheetData><row r="1"><c r="A9999999" {held}</c></row>'
    found[FIRST] = found[FIRST].replace("<sheetData>", row)
    assert told(found).startswith("Trang tính “S” có ô quá xa (dòng 9999999, cột 1).")


def test_two_sheets_of_one_name():
    found = parts()
    found |= {FIRST: far(found), "xl/workbook.xml": found["xl/workbook.xml"].replace('"T"', '"S"')}
    assert told(found).startswith(UNREADABLE)


def test_two_parts_that_differ_by_capitals_only():
    found = parts()
    found["xl/worksheets/SHEET1.xml"] = far(found)
    assert told(found).startswith(UNREADABLE)


def test_a_second_workbook_that_hides_the_first():
    found = parts()
    relations = found["xl/_rels/workbook.xml.rels"]
    found |= {
        FIRST: far(found),
        "_rels/.rels": found["_rels/.rels"].replace("xl/workbook.xml", "xl/other.xml"),
        "xl/other.xml": found["xl/workbook.xml"],
        "xl/_rels/other.xml.rels": relations.replace("sheet1.xml", "sheet2.xml"),
    }
    assert told(found).startswith(UNREADABLE)
