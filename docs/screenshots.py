"""Takes the pictures of the guides from the running product with its demo: ``python docs/screenshots.py``.

Starts the production server on a fresh demo database of its own, opens each page as the person who would, at the
size of their machine, and writes ``docs/img/<name>.png``. Needs what ``./run test`` sets up.
"""

import base64
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.chromium import launched  # noqa: E402

from contest.demo.cast import PASSWORD  # noqa: E402

IMAGES = ROOT / "docs" / "img"
PORT = 8765
#: Browsers know every name below localhost as this machine.
BASE = f"http://hoithi.localhost:{PORT}"
PHONE = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
LAPTOP = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1}

ORGANIZER, OFFICIAL, WORKER, WORKPLACE = "0900000002", "0900000003", "0900000005", "0900000008"
CONTEST = "lai-chau-20-nam"

#: Picture: (address, phone of who looks, size).
PICTURES = {
    "trang-chu": ("/", None, PHONE),
    "cuoc-thi": (f"/cuoc-thi/{CONTEST}", WORKER, PHONE),
    "the-le": (f"/cuoc-thi/{CONTEST}/the-le", None, PHONE),
    "dang-ky": ("/dang-ky", None, PHONE),
    "xep-hang": (f"/cuoc-thi/{CONTEST}/xep-hang?dot=1", None, PHONE),
    "cong-doan": (f"/cuoc-thi/{CONTEST}/cong-doan#bang-don-vi", None, LAPTOP),
    "ban-to-chuc": ("/to-chuc", ORGANIZER, LAPTOP),
    "ngan-hang": (f"/to-chuc/ngan-hang/{CONTEST}", ORGANIZER, LAPTOP),
    "nhap-cau-hoi": (f"/to-chuc/ngan-hang/{CONTEST}/nhap", ORGANIZER, LAPTOP),
    "tao-cuoc-thi": ("/to-chuc/cuoc-thi/moi", ORGANIZER, LAPTOP),
    "quan-ly": (f"/to-chuc/cuoc-thi/{CONTEST}", ORGANIZER, LAPTOP),
    "de-thi": (f"/to-chuc/cuoc-thi/{CONTEST}/dot/2/de-thi", ORGANIZER, LAPTOP),
    "thiet-lap-xep-hang": (f"/to-chuc/cuoc-thi/{CONTEST}/thiet-lap/ranking", ORGANIZER, LAPTOP),
    "dien-bien": (f"/to-chuc/cuoc-thi/{CONTEST}/dot/2/dien-bien", ORGANIZER, LAPTOP),
    "sua-dap-an": (
        f"/to-chuc/cuoc-thi/{CONTEST}/dot/2/sua-dap-an/cau/{CONTEST}/1/thu?ma=LC1-02&kieu=accept&chon=C",
        ORGANIZER,
        LAPTOP,
    ),
    "theo-doi": ("/theo-doi", OFFICIAL, PHONE),
    "tuyen-truyen": (f"/theo-doi/{CONTEST}/LC-PT-002/tuyen-truyen#anh", WORKPLACE, PHONE),
    "theo-doi-don-vi": (f"/theo-doi/{CONTEST}/LC-PT#bang-don-vi", OFFICIAL, LAPTOP),
}


@contextmanager
def product(folder: Path) -> Iterator[None]:
    """The production server on a fresh database with the demo."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'guide.db'}",
        "SECRET_KEY": "only for the pictures of the guides",
        "PORT": str(PORT),
        "DEMO": "1",
    }
    server = subprocess.Popen([sys.executable, "-m", "contest.serve"], cwd=ROOT, env=environment)
    try:
        for _ in range(600):
            sleep(0.5)
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
                break
            except OSError:
                continue
        yield
    finally:
        server.terminate()
        server.wait()


def sign_in(page: Page, phone: str) -> None:
    page.goto(f"{BASE}/dang-nhap")
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def take_paper(page: Page) -> None:
    """The pictures of an attempt: paper, review, result."""
    sign_in(page, WORKER)
    page.goto(f"{BASE}/cuoc-thi/{CONTEST}")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    for place in range(1, 13):
        page.locator(f"#c{place} label").nth(place % 2).click()
    page.fill("[name=prediction]", "250")
    page.wait_for_timeout(2500)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=IMAGES / "lam-bai.png")
    page.get_by_role("button", name="Xem lại và nộp").click()
    page.get_by_role("dialog").wait_for()
    page.screenshot(path=IMAGES / "xem-lai.png")
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/ket-qua", wait_until="load")
    page.screenshot(path=IMAGES / "ket-qua.png")


def overview(page: Page) -> None:
    """One picture for the README: the phone beside the desk."""
    page.set_viewport_size({"width": 1280, "height": 660})
    page.set_content(
        "<body style='margin:0;background:#e9edf2;display:flex;gap:24px;padding:24px;box-sizing:border-box'>"
        + "".join(
            f"<img style='height:612px;border-radius:12px;box-shadow:0 4px 24px #0003;"
            f"object-fit:cover;object-position:top left;{extra}' src='data:image/png;base64,{encoded(name)}'>"
            for name, extra in (("lam-bai", "width:344px"), ("theo-doi-don-vi", "width:864px;height:540px"))
        )
    )
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / "overview.png")


def encoded(name: str) -> str:
    return base64.b64encode((IMAGES / f"{name}.png").read_bytes()).decode()


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, product(Path(folder)), launched() as browser:
        for name, (address, phone, size) in PICTURES.items():
            page = browser.new_page(locale="vi-VN", **size)
            if phone:
                sign_in(page, phone)
            page.goto(BASE + address)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
            print(name)
        page = browser.new_page(locale="vi-VN", **PHONE)
        take_paper(page)
        page.close()
        page = browser.new_page(**LAPTOP)
        overview(page)


if __name__ == "__main__":
    main()
