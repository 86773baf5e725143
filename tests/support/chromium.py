"""Where Chromium is: the system's, or the one that Playwright keeps. Run as a program, it says so or fails."""

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "Chromium is needed for the tests in a browser. On Debian or Ubuntu: sudo apt-get install chromium"


def executable() -> str | None:
    """Path of a Chromium to drive; None when there is none."""
    named = next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return named
    with sync_playwright() as playwright:
        kept = playwright.chromium.executable_path
    return kept if Path(kept).exists() else None


def how() -> dict:
    """What starting a browser takes on this machine."""
    path = executable()
    if path is None:
        raise RuntimeError(NO_CHROMIUM)
    # A sandbox within the sandbox of root or of a container is refused by the kernel.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": path, "args": ["--disable-gpu", "--disable-dev-shm-usage", *sandbox]}


@contextmanager
def launched():
    """A running headless browser."""
    options = how()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_profile(folder: Path, base_url: str):
    """A page on a phone whose browser keeps cookies and storage in a folder; closing it ends the browser."""
    options = how()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, **options, base_url=base_url, locale="vi-VN", viewport={"width": 360, "height": 640}
        )
        context.set_default_timeout(60_000)
        try:
            yield context.pages[0]
        finally:
            context.close()


if __name__ == "__main__":
    sys.exit(None if executable() else NO_CHROMIUM)
