"""Who reads the time, who commits, and what no source may hold."""

import re

from support.source import CODE, ROOT, calls, imports

READS_TIME = re.compile(r"(^|\.)(datetime|date)\.(now|utcnow|today)$|^time\.(time|time_ns|localtime|gmtime|ctime)$")
#: What decides or does may be called from anywhere, so it never ends a transaction.
INDOORS = re.compile(r"(^|/)(rules|permissions|models|queries|actions|forms)\.py$")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".yaml", ".sh", ""}


def test_only_the_clock_reads_the_time():
    readers = {path for path, called in calls() if READS_TIME.search(called)}
    assert readers == {"contest/clock.py"}


def test_only_the_street_commits():
    """Routes, commands and what runs beside the server: modules that know Flask or click, by whatever name."""
    committing = {path for path, called in calls() if called.endswith((".commit", "db.begin"))}
    assert committing, "the search finds nothing at all"
    # The doors themselves; and what commands call that is done in several transactions.
    committing -= {"contest/db.py", "contest/demo/load.py", "contest/attempts/closer.py", "contest/statistics/work.py"}
    committing -= {"contest/corrections/work.py", "contest/banks/work.py", "contest/signals/work.py"}
    committing -= {"contest/rulings/work.py", "contest/standings/work.py", "contest/publishing/work.py"}
    committing -= {"contest/proof/work.py", "contest/proof/bundle_work.py", "contest/reports/report_work.py"}
    committing -= {"contest/reports/certificate_work.py", "contest/reports/certificate_single_work.py"}
    committing -= {"contest/members/roster_work.py", "contest/members/card_work.py", "contest/unions/work.py"}
    committing -= {"contest/members/portions_work.py"}
    assert {path for path in committing if INDOORS.search(path)} == set()
    assert {path for path in committing if not imports(path) & {"flask", "click"}} == set()


def test_the_patterns_catch_what_they_are_for():
    assert READS_TIME.search("datetime.now")
    assert READS_TIME.search("dt.datetime.utcnow")
    assert READS_TIME.search("date.today")
    assert READS_TIME.search("time.time")
    assert not READS_TIME.search("clock.now")
    assert not READS_TIME.search("time.perf_counter")
    assert INDOORS.search("contest/banks/actions.py")
    assert not INDOORS.search("contest/banks/file_routes.py")


def test_nothing_is_left_unfinished():
    folders = [*CODE, "templates", "static", "demo", "migrations", "bench"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [ROOT / "run", ROOT / "wsgi.py", ROOT / "gunicorn.conf.py"]
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        if path.suffix in TEXT and "__pycache__" not in path.parts
        for line in path.read_text().splitlines()
        if UNFINISHED.search(line)
    ]
    assert found == []
