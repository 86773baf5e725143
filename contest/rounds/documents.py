"""Reading a settings file strictly: every key known, every value of its type, every fault with its place; pure."""

import difflib
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from contest.clock import VIETNAM
from contest.rounds.plans import is_rising
from questions.messages import N_, Message, message
from questions.rules import clean

MAX_BYTES = 1_000_000
MAX_DAYS = 3650

Choice = TypeVar("Choice", bound=StrEnum)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with a file; ``path`` names the key, e.g. ``rounds[0].opens``."""

    path: str
    message: Message


class _Loader(yaml.SafeLoader):
    """YAML without its guesses: only true, false, null and whole numbers are more than text; keys stand once."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key.value!r}", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_GUESSES = (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("null", r"~|null|", ("~", "n", "")),
    ("merge", r"<<", "<"),
)
for _name, _pattern, _first in _GUESSES:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def load(data: bytes, name: str) -> tuple[dict[str, Any], list[FileFault]]:
    """The top table of a YAML or TOML file (by its name), or why it cannot be read."""
    if len(data) > MAX_BYTES:
        return {}, [FileFault("", message(N_("Tệp lớn quá %(most)s byte. Hãy rút gọn."), most=MAX_BYTES))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return {}, [FileFault("", message(N_("Tệp không ở bảng mã UTF-8. Hãy lưu lại tệp theo UTF-8.")))]
    try:
        found = tomllib.loads(text) if name.lower().endswith(".toml") else _Loader(text).get_single_data()
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        return {}, [FileFault("", message(N_("Tệp sai cú pháp: %(error)s"), error=" ".join(str(error).split())))]
    if not isinstance(found, dict):
        return {}, [FileFault("", message(N_("Tệp phải là một bảng các mục, ví dụ “title: Tên cuộc thi”.")))]
    return found, []


@dataclass
class Table:
    """One table of a file, read key by key; ``faults`` is shared by all tables of the file."""

    values: dict[str, Any]
    path: str
    faults: list[FileFault]
    today: date
    known: set[str] = field(default_factory=set)

    def fault(self, key: str, text: Message) -> None:
        self.faults.append(FileFault(self.place(key), text))

    def place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _take(self, key: str) -> Any:
        self.known.add(key)
        return self.values.get(key)

    def _required(self, key: str) -> None:
        self.fault(key, message(N_("Thiếu mục này. Hãy bổ sung.")))

    def text(self, key: str, default: str = "", *, required: bool = False, most: int = 4000) -> str:
        value = self._take(key)
        if value is None or value == "":
            if required:
                self._required(key)
            return default
        if not isinstance(value, str):
            # Phone numbers and codes are easily written without quotes.
            if not isinstance(value, int) or isinstance(value, bool):
                self.fault(key, message(N_("Mục này phải là chữ.")))
                return default
            value = str(value)
        value = clean(value)
        if len(value) > most:
            self.fault(key, message(N_("Dài quá %(most)s ký tự. Hãy rút gọn."), most=most))
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, message(N_("Hãy ghi true hoặc false.")))
            return default
        return value

    def whole(self, key: str, default: Any = None, *, least: int = 1, most: int = 10**9, required: bool = False) -> Any:
        """A whole number within its limits; ``default`` when it is not given."""
        value = self._take(key)
        if value is None:
            if required:
                self._required(key)
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            text = N_("Hãy ghi một số nguyên từ %(least)s đến %(most)s.")
            self.fault(key, message(text, least=least, most=most))
            return default
        return value

    def choice(self, key: str, options: type[Choice], default: Any, *, required: bool = False) -> Any:
        value = self._take(key)
        if value is None:
            if required:
                self._required(key)
            return default
        return self._one_of(key, value, options, default)

    def _one_of(self, key: str, value: Any, options: type[Choice], default: Any) -> Any:
        if isinstance(value, str) and value in {option.value for option in options}:
            return options(value)
        self.fault(key, message(N_("Hãy chọn một trong các giá trị: %(options)s."), options=", ".join(options)))
        return default

    def choices(self, key: str, options: type[Choice], default: tuple[Choice, ...]) -> tuple[Choice, ...]:
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, list):
            self.fault(
                key, message(N_("Mục này phải là một danh sách, ví dụ [%(example)s]."), example=", ".join(options))
            )
            return default
        read = (self._one_of(f"{key}[{i}]", item, options, None) for i, item in enumerate(value))
        return tuple(dict.fromkeys(item for item in read if item is not None))

    def words(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of short texts."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(key, message(N_("Mục này phải là một danh sách các từ.")))
            return default
        return tuple(value)

    def rising(self, key: str) -> tuple[int, ...]:
        """A list of rising whole numbers above 0; empty when it is not given."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not is_rising(value):
            self.fault(key, message(N_("Mục này phải là một danh sách số nguyên tăng dần, ví dụ [50, 200].")))
            return ()
        return tuple(value)

    def raw(self, key: str) -> Any:
        return self._take(key)

    def table(self, key: str) -> "Table":
        """A table inside this one; empty when it is not given."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, message(N_("Mục này phải là một bảng các mục con.")))
        return Table(value if isinstance(value, dict) else {}, self.place(key), self.faults, self.today)

    def tables(self, key: str, read: Callable[["Table"], Read | None]) -> tuple[Read, ...]:
        """A list of tables, each read by a function that may refuse it with None."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(key, message(N_("Mục này phải là một danh sách.")))
            return ()
        found = []
        for i, item in enumerate(value):
            place = f"{self.place(key)}[{i}]"
            if not isinstance(item, dict):
                self.faults.append(FileFault(place, message(N_("Mục này phải là một bảng các mục con."))))
                continue
            inner = Table(item, place, self.faults, self.today)
            made = read(inner)
            inner.done()
            if made is not None:
                found.append(made)
        return tuple(found)

    def instant(self, key: str, *, required: bool = False) -> datetime | None:
        """A moment: "2023-11-13 08:00" in Vietnamese time, or {days: -2, time: "08:00"} counted from today."""
        value = self._take(key)
        if value is None:
            if required:
                self._required(key)
            return None
        found = self._relative(value) if isinstance(value, dict) else _absolute(value)
        if found is None:
            self.fault(
                key,
                message(
                    N_('Hãy ghi thời gian dạng "2023-11-13 08:00", hoặc {days: -2, time: "08:00"} tính từ hôm nay.')
                ),
            )
        return found

    def day(self, key: str) -> date | None:
        """A day: "1990-12-31"."""
        value = self._take(key)
        if value is None:
            return None
        found = value if isinstance(value, date) and not isinstance(value, datetime) else None
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            with suppress(ValueError):
                found = date.fromisoformat(value)
        if found is None or not 1900 <= found.year <= 2100:
            self.fault(key, message(N_('Hãy ghi ngày dạng "1990-12-31".')))
            return None
        return found

    def _relative(self, value: dict[str, Any]) -> datetime | None:
        days, clock = value.get("days"), _time_of(value.get("time", "00:00"))
        if value.keys() - {"days", "time"} or isinstance(days, bool) or not isinstance(days, int) or clock is None:
            return None
        if abs(days) > MAX_DAYS:
            return None
        return datetime.combine(self.today + timedelta(days=days), clock, VIETNAM).astimezone(UTC)

    def done(self) -> None:
        """Tell of every key that nobody asked for."""
        for key in self.values:
            if key in self.known:
                continue
            near = difflib.get_close_matches(str(key), self.known, n=1)
            if near:
                text = message(N_("Không có mục “%(key)s”. Có phải là “%(near)s”?"), key=str(key), near=near[0])
            else:
                text = message(
                    N_("Không có mục “%(key)s”. Các mục được dùng: %(known)s."),
                    key=str(key),
                    known=", ".join(sorted(self.known)),
                )
            self.fault(str(key), text)


def _absolute(value: Any) -> datetime | None:
    """A moment from text, or from the dates and times that TOML knows; without a zone it is Vietnamese time."""
    if isinstance(value, str):
        if not re.match(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}", value):
            return None
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or not 2000 <= value.year <= 2100:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _time_of(value: Any) -> time | None:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    return None


def minutes_of_day(text: str) -> int | None:
    """Minutes since midnight of "08:00"; "24:00" is the end of the day.

    >>> minutes_of_day("15:30"), minutes_of_day("24:00"), minutes_of_day("25:00")
    (930, 1440, None)
    """
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)|24:00", text.strip())
    if not found:
        return None
    return 1440 if found[1] is None else int(found[1]) * 60 + int(found[2])
