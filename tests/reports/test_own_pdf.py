"""PDF by an organizer's own Word template: made by LibreOffice where there is one, else in our layout, and said so.

A small program stands in for LibreOffice: what it "makes" holds the text of the Word file it was given.
"""

import io
import zipfile

import pytest
from documents.test_checking import made
from publishing.test_notice import announce
from reports.test_templates import send
from reports.test_union_report import HERE as REPORT

from contest.jobs import runner

STAND_IN = """#!/bin/sh
{ echo "%PDF-1.7"; python3 -m zipfile -e van-ban.docx parts; cat parts/word/document.xml; } > van-ban.pdf
"""
FAILS = "#!/bin/sh\nexit 1\n"
OURS = made("Mẫu của tỉnh: {{ ten_don_vi }} có {{ so_nguoi }} người")


@pytest.fixture
def template(town, client, dung):
    """The province's own template of reports is in force; the district's official is signed in."""
    person = town.mai
    town.commit()
    client.sign_in(person)
    assert send(client, OURS).status_code == 303
    return client.sign_in(dung)


def asked(client, address, form="pdf"):
    """What the page of the work that was asked for says, and the file."""
    work = client.send(address, {"form": form}).headers["Location"]
    with client.application.app_context():
        runner.run_waiting()
    done = client.data(work)
    assert done["state"] == "done", done
    return client.page(work).text_content(), client.get(done["result"]["url"]).data


def test_with_libreoffice_the_pdf_is_of_the_own_template(template, office):
    client = template
    office(STAND_IN)
    page = client.page(REPORT)
    assert "Tệp Word và tệp PDF được làm theo tệp mẫu riêng “mau.docx”" in page.text_content()
    assert page.xpath(f"//form[@action='{REPORT}/tep']//input[@value='pdf']")
    assert not page.xpath(f"//a[@href='{REPORT}.pdf']") and page.xpath(f"//a[@href='{REPORT}.docx']")
    assert client.get(f"{REPORT}.pdf").headers["Location"] == REPORT
    said, content = asked(client, f"{REPORT}/tep")
    assert "Mẫu của tỉnh: LĐLĐ huyện Phong Thổ có 2 người" in content.decode()
    assert "Đã làm xong tệp." in said


def test_without_libreoffice_the_pdf_has_our_layout_and_the_page_says_so(template):
    client = template
    text = client.page(REPORT).text_content()
    assert "tệp PDF theo mẫu có sẵn vì máy chủ chưa cài LibreOffice" in text
    assert b"LiberationSerif" in client.get(f"{REPORT}.pdf").data


def test_where_libreoffice_fails_the_pdf_has_our_layout_and_the_work_says_so(template, office):
    office(FAILS)
    said, content = asked(template, f"{REPORT}/tep")
    assert b"LiberationSerif" in content and "theo mẫu có sẵn vì LibreOffice" in said


def test_our_own_template_needs_no_libreoffice(dung, client, office):
    office(FAILS)
    assert b"LiberationSerif" in client.sign_in(dung).get(f"{REPORT}.pdf").data


def test_year_notice_and_decision_are_made_beside_the_requests_too(town, district, client, dung, session):
    announce(session, district, 1)
    client.sign_in(dung)
    _said, content = asked(client, f"/theo-doi/bao-cao/LC-PT/{town.now.year}/tep", "docx")
    assert zipfile.is_zipfile(io.BytesIO(content))
    person = town.mai
    town.commit()
    client.sign_in(person)
    for what in ("thong-bao", "quyet-dinh"):
        address = f"/to-chuc/cuoc-thi/cuoc-thi/van-ban/{what}/tep"
        _said, content = asked(client, f"{address}?dot=1")
        assert content.startswith(b"%PDF-"), what
        assert client.send(f"{address}?dot=2", {"form": "pdf"}).status_code == 404
        assert client.send(f"{address}?dot=1", {"form": "odt"}).status_code == 404
