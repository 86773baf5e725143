"""The locks hold what pyproject.toml asks for, by hash, and name no place to fetch from."""

import re
import sys
import tomllib

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from support.source import ROOT, imports, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
DEV = PROJECT["dependency-groups"]["dev"]
#: What a direct dependency is imported as, where the names differ.
PACKAGES = {"pyyaml": "yaml", "python_docx": "docx", "argon2_cffi": "argon2", "pysqlite3": "pysqlite3"} | {
    "markdown_it_py": "markdown_it",
    "google_re2": "re2",
    "pillow": "PIL",
}


def pins(name):
    """Version and marker by package, from a lock."""
    found = {}
    for line in (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", "").splitlines():
        entry, *hashes = re.split(r"\s+--hash=", line)
        requirement = Requirement(entry.strip())
        assert hashes, f"{requirement.name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", one) for one in hashes)
        (specifier,) = requirement.specifier
        assert specifier.operator == "=="
        found.setdefault(canonicalize_name(requirement.name), []).append((specifier.version, requirement.marker))
    return found


@pytest.mark.parametrize(("lock", "wanted"), [("run", RUN), ("dev", RUN + DEV)])
def test_every_direct_dependency_is_pinned_within_its_bounds(lock, wanted):
    held = pins(lock)
    for text in wanted:
        requirement = Requirement(text)
        versions = held[canonicalize_name(requirement.name)]
        assert all(Version(version) in requirement.specifier for version, _ in versions), text


def test_both_locks_agree():
    run, dev = pins("run"), pins("dev")
    assert set(run) <= set(dev)
    for name, versions in run.items():
        assert {version for version, _ in versions} == {version for version, _ in dev[name]}, name


def test_no_host_stands_in_a_lock():
    for path in (ROOT / "requirements").iterdir():
        assert "//" not in path.read_text(), path.name
        assert "--index" not in path.read_text(), path.name


def test_code_imports_only_direct_dependencies():
    """A package that comes along with another may go with it."""
    direct = {canonicalize_name(Requirement(text).name).replace("-", "_") for text in RUN}
    direct = {PACKAGES.get(name, name) for name in direct} | {"contest", "questions"}
    used = {name.split(".")[0] for path in modules() for name in imports(path)} - sys.stdlib_module_names
    # Flask's own parts may be named: they are its interface.
    assert used - direct <= {"werkzeug", "jinja2", "markupsafe", "click"}


def test_markers_are_understood():
    assert Marker("sys_platform == 'win32'").evaluate() is (sys.platform == "win32")
