"""Makes every kind of document with its example, to be looked at: ``python -m docs.letters FOLDER``, from the checkout.

Writes the Word file of our own template and the PDF of our own layout, says what a check of the Word file's structure
finds, and, where LibreOffice is installed, lets it make a PDF of the Word file too. With ``pdftoppm`` (poppler) both
become pictures of their pages, side by side names: ``<kind>-word``, ``<kind>-pdf``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from contest.documents.checking import structure_problems
from contest.documents.office import OfficeFailed, office_here, pdf_of_word
from contest.reports.fields import example
from contest.reports.making import our_pdf
from contest.reports.rules import LETTERS, DocumentKind
from contest.reports.templates import tried
from contest.reports.word import our_template

PICTURE_DPI = "60"


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for kind in DocumentKind:
        word = folder / f"{kind.value}-word.docx"
        word.write_bytes(tried(our_template(kind), kind))
        if kind in LETTERS:
            (folder / f"{kind.value}-pdf.pdf").write_bytes(our_pdf(kind, example(kind)))
        problems = [*structure_problems(word.read_bytes()), *opened(word)]
        wrong += len(problems)
        print(f"{kind.value}: {'; '.join(problems) or 'nothing wrong'}")
    for made in sorted(folder.glob("*.pdf")):
        pictured(made)
    return 1 if wrong else 0


def opened(word: Path) -> list[str]:
    """What LibreOffice complains about when it opens a Word file; nothing where it is not installed."""
    office = office_here(os.environ.get("OFFICE", ""))
    if office is None:
        return []
    try:
        word.with_suffix(".pdf").write_bytes(pdf_of_word(office, word.read_bytes()))
    except OfficeFailed as wrong:
        return [str(wrong)]
    return []


def pictured(made: Path) -> None:
    poppler = shutil.which("pdftoppm")
    if poppler:
        command = [poppler, "-r", PICTURE_DPI, "-png", str(made), str(made.with_suffix(""))]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "letters")))
