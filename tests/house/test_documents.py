"""What the documents say can be followed: the two commands stand first, and every link leads somewhere."""

import re
import subprocess

import pytest
from support.source import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_the_readme_begins_with_the_two_commands():
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert blocks[:2] == ["./run\n", "./run test\n"]
    assert (ROOT / "run").stat().st_mode & 0o111
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec ./run test"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    targets = [target for target in LINK.findall(path.read_text()) if "://" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_settings_named_in_the_readme_are_those_of_the_code():
    table = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    named = {name for row in table for name in re.findall(r"[A-Z_]{3,}", row)}
    code = "\n".join(
        (ROOT / path).read_text() for path in ("contest/config.py", "contest/serve.py", "gunicorn.conf.py")
    )
    read = set(re.findall(r"""(?:env(?:iron)?\.get\(|env\[|environ\.get\(|secret_key\(env\.get\()"([A-Z_]+)""", code))
    assert named == read


def test_the_script_is_plain_sh():
    for script in (ROOT / "run", ROOT / ".ci" / "run"):
        assert script.read_text().startswith("#!/bin/sh\n")
        assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
