"""Makes the demo's office files from the YAML files beside this script: ``python demo/build/build.py``.

Two builds of the same sources give the same bytes, so a changed file in a diff means changed content.
"""

import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reorganisation import HEADER, WIDTHS, Reorganisation
from sheets import write_decision_sheet, write_question_csv, write_question_sheet, write_union_sheet
from sources import sheet_bank, unions, word_bank
from word import write_word_bank

DEMO = Path(__file__).resolve().parent.parent
#: The earliest time a zip entry can carry.
EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    # This bank is written by the product's own writer, which lies above this folder.
    sys.path.insert(0, str(DEMO.parent))
    from kinds import write_kinds_bank

    files = {
        "ngan-hang-gui-niem-tin.docx": _timeless(write_word_bank(word_bank())),
        "ngan-hang-lai-chau-20-nam.xlsx": _timeless(write_question_sheet(sheet_bank("lai_chau.yaml"))),
        "ngan-hang-nhieu-loai-cau.docx": _timeless(write_kinds_bank()),
        "ngan-hang-luyen-tap.csv": write_question_csv(sheet_bank("luyen_tap.yaml")),
        "cong-doan-lai-chau.xlsx": _timeless(write_union_sheet(unions())),
        "to-chuc-lai-2025.xlsx": _timeless(write_decision_sheet(HEADER, WIDTHS, Reorganisation().rows())),
    }
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO
    target.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (target / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes")


def _timeless(data: bytes) -> bytes:
    """The same zip with every entry's time set to 1980, as office programs accept."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, EPOCH), old.read(name), ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    main()
