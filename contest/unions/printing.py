"""How imports of lists speak on the terminal."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from contest.unions.rules import Fault
from contest.web.texts import say

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Faults printed for people; ``--json`` gives all of them.
SHOWN = 100


def as_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


def fail(text: str) -> NoReturn:
    """End with one plain line and status 1."""
    raise click.ClickException(text)


def told(fault: Fault) -> str:
    """A fault, or a warning, with the row it is about; one of the whole file has none."""
    return f"Dòng {fault.row}: {say(fault.message)}" if fault.row else say(fault.message)


def report(
    numbers: Mapping[str, int], faults: Sequence[Fault], *, dry_run: bool, json_wanted: bool, left: int | None = None
) -> None:
    """Print what an import did or would do; ends with status 1 when faults kept it from doing anything.

    ``numbers`` has ``new``, ``changed`` and ``same``. ``left``: so many rows at fault are left and the others taken.
    """
    refused = bool(faults) and left is None
    imported = 0 if dry_run or refused else numbers["new"] + numbers["changed"]
    if json_wanted:
        listed = [{"row": fault.row, "message": say(fault.message)} for fault in faults]
        more = {} if left is None else {"faulty": left}
        as_json({"imported": imported, **numbers, **more, "dry_run": dry_run, "faults": listed})
    else:
        for fault in faults[:SHOWN]:
            click.echo(told(fault), err=True)
        if len(faults) > SHOWN:
            click.echo(f"... còn {len(faults) - SHOWN} chỗ nữa.", err=True)
        if refused:
            click.echo(f"Chưa nhập gì: có {len(faults)} chỗ cần sửa.", err=True)
        else:
            _tell_numbers(numbers, left or 0, dry_run=dry_run)
    if refused:
        raise SystemExit(1)


def _tell_numbers(numbers: Mapping[str, int], left: int, *, dry_run: bool) -> None:
    verb = "Sẽ nhập" if dry_run else "Đã nhập"
    counts = f"{numbers['new']} mới, {numbers['changed']} thay đổi, {numbers['same']} giữ nguyên"
    click.echo(f"{verb}: {counts}{f'; để lại {left} dòng sai' if left else ''}.")
