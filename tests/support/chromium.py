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


@contextmanager
def launched():
    """A running headless browser."""
    path = executable()
    if path is None:
        raise RuntimeError(NO_CHROMIUM)
    # A sandbox within the sandbox of root or of a container is refused by the kernel.
    arguments = ["--disable-gpu", "--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    sys.exit(None if executable() else NO_CHROMIUM)
