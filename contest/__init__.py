"""Hội Thi: contests and quizzes of trade unions."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

from contest.config import ROOT, settings

#: From the ground up; each room binds its pages (``routes.py``) and commands (``cli.py``) by ``init_app``.
ROOMS = (
    "web",
    "accounts",
    "unions",
    "members",
    "jobs",
    "rounds",
    "attempts",
    "judging",
    "standings",
    "participation",
    "statistics",
    "signals",
    "banks",
    "corrections",
    "rulings",
    "prizes",
    "proof",
    "publishing",
    "campaigns",
    "reports",
    "demo",
)


class App(Flask):
    """Flask without the look for coroutines before each function it calls: there are none here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The WSGI app. ``config`` replaces the settings read from the environment."""
    app = App("contest", root_path=str(ROOT / "contest"), template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(settings() if config is None else config)
    for room in ROOMS:
        for part in ("routes", "cli"):
            name = f"contest.{room}.{part}"
            if find_spec(name):
                import_module(name).init_app(app)
    import_module("contest.wiring").connect()
    return app
