"""Settings come from the environment, and what cannot work is refused in one clear line before anything starts."""

import os
import socket
import subprocess
import sys

import pytest
from support.source import ROOT

from contest import serve
from contest.config import BadSetting, settings

GOOD = {"DATABASE_URL": "sqlite:////tmp/x.db", "SECRET_KEY": "k" * 24}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "abc", "PORT must be a whole number from 1 to 65535, not 'abc'."),
        ("PORT", "0", "PORT must be"),
        ("PORT", "65536", "PORT must be"),
        ("PORT", "80.5", "PORT must be"),
        ("PORT", "-1", "PORT must be"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must begin with postgresql:// or sqlite:///"),
        ("DATABASE_URL", "no address at all", "DATABASE_URL is not an address of a database."),
        ("DATABASE_URL", "sqlite://", "name a database"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 24 characters."),
        ("SECRET_KEY", "k" * 23, "SECRET_KEY must have at least 24 characters."),
        ("SECRET_KEY", "", "SECRET_KEY must have at least 24 characters."),
        ("START_RATE", "fast", "START_RATE must be a whole number from 0 to 10000, not 'fast'."),
        ("PARTICIPATION_DELAY_S", "61", "PARTICIPATION_DELAY_S must be a whole number from 0 to 60"),
        ("OFFICE", "/khong/co/soffice", "OFFICE must be the path of LibreOffice's soffice, or none"),
        ("PROXIES", "6", "PROXIES must be a whole number from 0 to 5"),
    ],
)
def test_a_bad_value_is_refused(tmp_path, name, value, words):
    with pytest.raises(BadSetting) as refused:
        settings({**GOOD, name: value}, tmp_path)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_good_values_are_taken(tmp_path):
    made = settings({**GOOD, "PORT": "65535"}, tmp_path)
    assert made["PORT"] == 65535
    assert made["SECRET_KEY"] == "k" * 24
    made = settings({**GOOD, "DATABASE_URL": "postgres://u:p@h:5432/n"}, tmp_path)
    assert made["DATABASE_URL"] == "postgresql+psycopg://u:p@h:5432/n"


def test_defaults_live_in_the_instance_folder(tmp_path):
    folder = tmp_path / "instance"
    first, second = settings({}, folder), settings({}, folder)
    assert first["PORT"] == 8000
    assert first["DATABASE_URL"] == f"sqlite:///{folder}/hoi-thi.db"
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) == 64
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("entry", [["-m", "contest.serve"], ["wsgi.py"], ["-m", "gunicorn", "wsgi:app"]])
def test_the_refusal_is_one_line_without_traceback(entry):
    done = subprocess.run(
        [sys.executable, *entry],
        cwd=ROOT,
        env={**os.environ, **GOOD, "PORT": "abc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "PORT must be a whole number" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, True),
        ({"PORT": "9000", "SECRET_KEY": "k" * 24}, True),
        ({"HOST": "localhost"}, True),
        ({"DEMO": "0"}, False),
        ({"DATABASE_URL": "postgresql://h/n"}, False),
        ({"DATABASE_URL": "sqlite:////srv/x.db"}, False),
        ({"HOST": "0.0.0.0"}, False),
        ({"HTTPS_ONLY": "1"}, False),
        ({"PROXIES": "1"}, False),
        ({"DATABASE_URL": "postgresql://h/n", "DEMO": "1"}, True),
    ],
)
def test_a_production_start_never_loads_the_demo(environment, wanted):
    assert serve.demo_wanted(environment) is wanted


def test_a_taken_port_and_a_foreign_host_are_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"127.0.0.1:{port} cannot be listened on"):
            serve.address({}, port)
    with pytest.raises(BadSetting, match="HOST must be an address of this machine"):
        serve.address({"HOST": "no.such.host.invalid"}, 8000)


def test_run_explains_itself():
    known = subprocess.run([ROOT / "run", "help"], capture_output=True, text=True, check=False)
    assert known.returncode == 0
    assert "./run test" in known.stdout
    unknown = subprocess.run([ROOT / "run", "srve"], capture_output=True, text=True, check=False)
    assert unknown.returncode == 2
    assert "usage: ./run" in unknown.stderr
