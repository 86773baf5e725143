"""``./run``: make the database ready, say where the product is, and hand over to the production server."""

import os
import socket
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

import sqlalchemy as sa
from flask import Flask

from contest import create_app, migrate
from contest.accounts.models import Person
from contest.chores import start_clock, start_thread, start_warming
from contest.config import ROOT, BadSetting, whole_number
from contest.demo.cast import ACCOUNTS, PASSWORD
from contest.demo.load import Broken, load
from contest.extensions import db
from contest.unions.models import TradeUnion

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main() -> None:
    try:
        app = create_app()
        host, port = address(os.environ, app.config["PORT"])
        prepare(app, demo=demo_wanted(os.environ))
    except (BadSetting, Broken) as error:
        sys.exit(f"hoi-thi: {error}")
    say(f"Open http://{host}:{port}   (Ctrl+C stops)")
    hand_over(host, port)


def prepare(app: Flask, *, demo: bool) -> None:
    """Migrate the database and, where it is wanted and nothing is there yet, load the demo."""
    with app.app_context():
        say(f"Database: {db.engine.url.render_as_string(hide_password=True)}")
        try:
            if migrate.current(db.engine) != migrate.head():
                say("Bringing the tables up to date")
                migrate.upgrade(db.engine)
        except sa.exc.OperationalError as error:
            raise BadSetting(f"The database does not answer: {str(error.orig).strip().splitlines()[0]}") from None
        if demo and is_empty():
            load(say)
        introduce()
        # The server's processes open connections of their own.
        db.engine.dispose()


def is_empty() -> bool:
    with db.reading() as session:
        return session.scalar(sa.select(TradeUnion.id).limit(1)) is None


def demo_wanted(env: Mapping[str, str]) -> bool:
    """Whether an empty database gets the demo: on a trial at this machine, never on a production start.

    A database of one's own, an address others can reach, or HTTPS mean production; ``DEMO`` decides against both.
    """
    if env.get("DEMO"):
        return whole_number("DEMO", env["DEMO"], 0, 1, 0) == 1
    production = (
        env.get("DATABASE_URL")
        or env.get("PROXIES")
        or env.get("HTTPS_ONLY") == "1"
        or env.get("HOST", LOOPBACK[0]) not in LOOPBACK
    )
    return not production


def address(env: Mapping[str, str], port: int) -> tuple[str, int]:
    """Where to listen; BadSetting when that cannot be had."""
    host = env.get("HOST") or LOOPBACK[0]
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except socket.gaierror:
        raise BadSetting(f"HOST must be an address of this machine, for example 127.0.0.1, not {host!r}.") from None
    except PermissionError:
        raise BadSetting(f"PORT {port} may only be used by root. Choose one above 1023.") from None
    except OSError:
        raise BadSetting(
            f"{host}:{port} cannot be listened on: is the product running already? Choose another port: PORT=8001 ./run"
        ) from None
    return host, port


def hand_over(host: str, port: int) -> None:
    """Become the production server: gunicorn, or waitress where gunicorn does not run."""
    if sys.platform == "win32":
        serve_by_waitress(host, port)
        return
    # Gunicorn starts itself anew (on USR2) by the arguments it finds, so they must be those of a real command.
    program = find_spec("gunicorn.__main__").origin
    sys.argv = [program, "--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app"]
    import_module("gunicorn.app.wsgiapp").run()


def serve_by_waitress(host: str, port: int) -> None:
    from waitress import serve

    app = create_app()
    start_clock(app)
    start_warming(app)
    start_thread(app)
    serve(app, host=host, port=port, threads=8)


def introduce() -> None:
    """Say how to sign in: the demo's accounts, or how to make the first administrator."""
    with db.reading() as session:
        demo = session.scalar(sa.select(Person.id).where(Person.demo).limit(1))
        anybody = session.scalar(sa.select(Person.id).limit(1))
    if demo:
        say(f"The demo is loaded; its accounts have the password {PASSWORD} (./run flask demo drop removes it):")
        for account in ACCOUNTS:
            say(f"  {account.member.phone}  {account.member.name}: {account.shows}")
    elif not anybody:
        say("Nobody can sign in yet. Make the first administrator: ./run flask user create-admin --help")


def say(line: str) -> None:
    print(f"→ {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
