"""Every template compiles, takes from macros only what they have, and holds no script or style of its own."""

import re

import pytest
from jinja2 import nodes
from support.source import ROOT

from contest import create_app

FOLDER = ROOT / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
#: Pages that arrive whole carry assets, which the content policy names by their hash (contest.web.whole).
WHOLE = re.compile(r"<style>\{\{ style \}\}</style>|<script type=module>\{\{ script \}\}</script>")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    settings = {"DATABASE_URL": f"sqlite:///{folder / 'x.db'}", "SECRET_KEY": "a key only tests use, long enough"}
    return create_app(settings).jinja_env


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles_and_imports_only_what_is_there(environment, name):
    source = (FOLDER / name).read_text()
    environment.from_string(source)
    for imported in environment.parse(source).find_all(nodes.FromImport):
        origin = imported.template.value
        offered = set(environment.get_template(origin).module.__dict__)
        wanted = {entry if isinstance(entry, str) else entry[0] for entry in imported.names}
        assert wanted <= offered, f"{name} takes from {origin}: {wanted - offered}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_holds_no_script_or_style(name):
    assert INLINE.findall(WHOLE.sub("", (FOLDER / name).read_text())) == []


def test_what_is_inline_is_noticed():
    for bad in ("<script>x</script>", "<p style='x'>", '<a onclick="x">', "<style>", '<a href="javascript:x">'):
        assert INLINE.search(bad), bad
    assert not INLINE.search('<script src="/a.js" defer></script>')


def test_pages_of_rooms_are_named_after_their_endpoints(environment):
    """One word in four places: a template that is no part (``_name``) is rendered by code that names it."""
    code = "\n".join(path.read_text() for path in (ROOT / "contest").rglob("*.py"))
    shared = "\n".join((FOLDER / name).read_text() for name in TEMPLATES)
    orphans = [name for name in TEMPLATES if name not in code and f'"{name}"' not in shared]
    assert [name for name in orphans if not name.startswith("dev/")] == []
