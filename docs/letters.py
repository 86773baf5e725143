"""Makes every kind of document with its example, to be looked at: ``python docs/letters.py FOLDER``.

Writes the Word file of our own template and the PDF of our own layout, says what a check of the Word file's structure
finds, and, where LibreOffice (``soffice``) is installed, lets it open the Word file and make a PDF of it too. With
``pdftoppm`` (poppler) both become pictures of their first pages, side by side names: ``<kind>-word``, ``<kind>-pdf``.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from contest.documents.checking import structure_problems  # noqa: E402
from contest.documents.filling import fill  # noqa: E402
from contest.documents.typesetting import pdf  # noqa: E402
from contest.reports.fields import example  # noqa: E402
from contest.reports.rules import DocumentKind  # noqa: E402
from contest.reports.word import our_template  # noqa: E402

PICTURE_DPI = "60"


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for kind in DocumentKind:
        word = folder / f"{kind.value}-word.docx"
        word.write_bytes(fill(our_template(kind), example(kind)))
        (folder / f"{kind.value}-pdf.pdf").write_bytes(pdf(kind.value, example(kind)))
        problems = [*structure_problems(word.read_bytes()), *opened(word)]
        wrong += len(problems)
        print(f"{kind.value}: {'; '.join(problems) or 'nothing wrong'}")
    for made in sorted(folder.glob("*.pdf")):
        pictured(made)
    return 1 if wrong else 0


def opened(word: Path) -> list[str]:
    """What LibreOffice complains about when it opens a Word file; nothing where it is not installed."""
    office = shutil.which("soffice")
    if office is None:
        return []
    command = [office, "--headless", "--convert-to", "pdf", "--outdir", str(word.parent), str(word)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    made = word.with_suffix(".pdf")
    found = [line for line in done.stderr.splitlines() if "rror" in line]
    return found if made.exists() else [*found, f"LibreOffice made no {made.name}"]


def pictured(made: Path) -> None:
    poppler = shutil.which("pdftoppm")
    if poppler:
        command = [poppler, "-r", PICTURE_DPI, "-png", str(made), str(made.with_suffix(""))]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "letters")))
