"""Sets one PDF in a process of its own: Typst keeps what it has set in memory, which a server must not pile up.

Reads the data as JSON from the standard input, writes the PDF to the standard output. Run by ``typesetting.pdf_apart``,
which says how many bytes of memory it may take.
"""

import resource
import sys
from pathlib import Path

import typst


def main() -> None:
    layout, layouts, fonts, memory = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    made = typst.compile(
        str(Path(layouts) / f"{layout}.typ"),
        root=layouts,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"data": sys.stdin.buffer.read().decode()},
        format="pdf",
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
