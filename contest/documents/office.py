"""PDF made of a Word file by LibreOffice, where it is installed: for templates that are not ours.

LibreOffice reads files that somebody else wrote, so it runs as a process of its own, for one file: limited in time,
memory and what it may write, with a profile folder that is thrown away, macros off, links not followed, without the
secrets of our environment and, where the system lets us, without a network. It sets with the fonts that come with the
product: those of the same names on a machine may be too old to have all Vietnamese letters, which then stand in another
font in the middle of words.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from contest.documents.typesetting import FONTS

#: Where installers put it beside the folders of PATH.
USUAL = ("/opt/libreoffice*/program/soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
#: Seconds that a file may take, as the clock and as the processor count them.
LIMIT_S = 180
#: Address space in KiB, and size of a written file in blocks of 512 bytes.
MEMORY_KIB, FILE_BLOCKS = 4 * 1024 * 1024, 2 * 100 * 1024
_LIMITED = f'ulimit -t {LIMIT_S} && ulimit -v {MEMORY_KIB} && ulimit -f {FILE_BLOCKS} && exec "$@"'
#: A network of its own, in which there is nothing.
_ALONE = ("unshare", "--map-current-user", "--net", "--")
_SETTINGS = {
    ("Common/Security/Scripting", "MacroSecurityLevel"): "3",
    ("Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("Common/Security/Scripting", "DisableActiveContent"): "true",
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks"): "true",
    ("Writer/Content/Update", "Link"): "2",
    ("Writer/Content/Update", "Field"): "false",
    ("Inet/Settings", "ooInetProxyType"): "1",
    ("Inet/Settings", "ooInetHTTPProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPProxyPort"): "9",
    ("Inet/Settings", "ooInetHTTPSProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPSProxyPort"): "9",
}
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <selectfont><rejectfont><glob>/usr/*/Liberation*</glob></rejectfont></selectfont>
  <alias binding="same"><family>Times New Roman</family><accept><family>Liberation Serif</family></accept></alias>
  <alias binding="same"><family>Arial</family><accept><family>Liberation Sans</family></accept></alias>
</fontconfig>
"""


class OfficeFailed(Exception):
    """LibreOffice made no PDF; the text says what it said, for the log."""


@cache
def office_here(setting: str) -> Path | None:
    """LibreOffice by the setting OFFICE: a path, ``none``, or "" for looking where installers put it."""
    if setting == "none":
        return None
    named = shutil.which(setting) if setting else shutil.which("soffice") or shutil.which("libreoffice")
    if named or setting:
        return Path(named) if named else None
    usual = (one for pattern in USUAL for one in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True))
    return next((one for one in usual if os.access(one, os.X_OK)), None)


def pdf_of_word(office: Path, content: bytes, limit_s: float = LIMIT_S) -> bytes:
    """A Word file as PDF. Raises OfficeFailed when LibreOffice cannot, or needs more than it may have."""
    with TemporaryDirectory(prefix="hoi-thi-office-") as name:
        folder = Path(name)
        source, made = folder / "van-ban.docx", folder / "van-ban.pdf"
        source.write_bytes(content)
        _profile(folder / "profile")
        (folder / "fonts.conf").write_text(_FONTS.format(fonts=escape(str(FONTS)), cache=folder / "fonts"))
        said = _run([*_shut_in(), str(office), *_arguments(folder), str(source)], folder, limit_s)
        result = made.read_bytes() if made.is_file() and not made.is_symlink() else b""
    if not result.startswith(b"%PDF-"):
        raise OfficeFailed(f"no PDF was made: {said[-500:]}")
    return result


def _arguments(folder: Path) -> list[str]:
    return [
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder)),
    ]


def _profile(folder: Path) -> None:
    """A new profile that runs no macros, follows no links and sends every request into the void."""
    settings = "\n".join(
        f'<item oor:path="/org.openoffice.{"" if path.startswith("Inet") else "Office."}{path}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for (path, name), value in _SETTINGS.items()
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n{settings}\n</oor:items>\n',
        encoding="utf-8",
    )


def _run(command: Sequence[str], folder: Path, limit_s: float) -> str:
    """What a command says. Raises OfficeFailed when it ends badly; nothing that it started is left running."""
    places = {"HOME": str(folder), "TMPDIR": str(folder), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    process = subprocess.Popen(  # noqa: S603
        ["/bin/sh", "-c", _LIMITED, "sh", *command],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **places},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired as wrong:
        raise OfficeFailed(f"took longer than {limit_s} s") from wrong
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
    said = told.decode(errors="replace").strip()
    if process.returncode:
        raise OfficeFailed(f"ended with {process.returncode}: {said[-500:]}")
    return said


@cache
def _shut_in() -> tuple[str, ...]:
    """What to put before a command so that it has no network; nothing where the system does not let us."""
    if shutil.which(_ALONE[0]) is None:
        return ()
    tried = subprocess.run([*_ALONE, "true"], capture_output=True, check=False, timeout=10)  # noqa: S603
    return () if tried.returncode else _ALONE
