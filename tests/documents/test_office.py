"""PDF by LibreOffice: a stand-in program shows what it is given, and what becomes of one that misbehaves."""

import io
import os
import time
from pathlib import Path

import pytest
from docx import Document

from contest.documents.office import OfficeFailed, office_here, pdf_of_word

WORKS = """
out=$(echo "$@" | sed 's/.*--outdir \\([^ ]*\\).*/\\1/')
{ echo "%PDF-1.7"; echo "$@"; env; ulimit -v; ulimit -t
  cat "$out/profile/user/registrymodifications.xcu" "$FONTCONFIG_FILE"; } > "$out/van-ban.pdf"
"""


@pytest.fixture
def stand_in(tmp_path):
    """Makes a program that stands in for LibreOffice."""

    def make(script):
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}")
        program.chmod(0o755)
        return program

    return make


def test_what_the_program_is_given(stand_in, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "khong-duoc-lo-ra-ngoai")
    told = pdf_of_word(stand_in(WORKS), b"Word").decode()
    assert "--headless" in told and "--convert-to pdf:writer_pdf_Export" in told and "van-ban.docx" in told
    assert "DisableMacrosExecution" in told and "ooInetHTTPProxyName" in told
    assert "khong-duoc-lo-ra-ngoai" not in told and "unlimited" not in told
    assert "contest/documents/fonts" in told
    home = next(line for line in told.splitlines() if line.startswith("HOME=")).removeprefix("HOME=")
    assert not Path(home).exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo hong; exit 3", "ended with 3: hong"),
        ("exit 0", "no PDF was made"),
        ("head -c 500000000 /dev/zero > van-ban.pdf", "ended with"),
        (WORKS.replace("%PDF-1.7", "HTML"), "no PDF was made"),
    ],
)
def test_a_program_that_fails(stand_in, script, said):
    with pytest.raises(OfficeFailed, match=said):
        pdf_of_word(stand_in(script), b"Word")


def test_one_that_hangs_is_ended_with_all_it_started(stand_in, tmp_path):
    known = tmp_path / "child"
    program = stand_in(f"sleep 300 & echo $! > {known}.new; mv {known}.new {known}; wait")
    # On a busy machine the program may not have come so far by then: it is given longer.
    for limit_s in (2, 20, 60):
        with pytest.raises(OfficeFailed, match="longer"):
            pdf_of_word(program, b"Word", limit_s)
        if known.exists():
            break
    assert _gone(int(known.read_text()))


def _gone(process):
    for _ in range(1200):
        try:
            state = Path(f"/proc/{process}/stat").read_text().split()[2]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_it_is_found_by_itself_named_or_not_used(stand_in, monkeypatch):
    program = stand_in("exit 0")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    office_here.cache_clear()
    assert office_here("") == program and office_here("none") is None
    assert office_here(str(program)) == program and office_here("/khong/co") is None
    office_here.cache_clear()


@pytest.mark.skipif(office_here("") is None, reason="LibreOffice is not installed")
def test_the_real_one_sets_vietnamese_in_our_fonts():
    book = Document()
    run = book.add_paragraph().add_run("Quyết định của Ban Thường vụ Liên đoàn Lao động huyện Phong Thổ")
    run.font.name = "Times New Roman"
    out = io.BytesIO()
    book.save(out)
    made = pdf_of_word(office_here(""), out.getvalue())
    assert b"LiberationSerif" in made or b"TimesNewRoman" in made
    assert b"DejaVu" not in made
