"""Pictures in the texts of Moodle's files: beside the text in base64, or inside an address."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from questions.formats.fields import short
from questions.messages import N_, Message, message


@dataclass(slots=True)
class Pictures:
    """The pictures met in one question: ``files`` by name as the file has them, ``found`` by SHA-256, ``missing``."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    found: dict[str, bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def __call__(self, source: str) -> str | None:
        """The SHA-256 of the picture that an address names."""
        content = _data(source) if source.startswith("data:") else self.files.get(file_name(source))
        if content is None:
            self.missing.append(source)
            return None
        sha = hashlib.sha256(content).hexdigest()
        self.found[sha] = content
        return sha

    def faults(self) -> Iterator[Message]:
        """What to say about pictures that are not in the file."""
        for source in dict.fromkeys(self.missing):
            yield message(
                N_("Hình “%(name)s” không có trong tệp. Hãy bỏ hình này rồi thêm lại sau khi nhập."),
                name=short(file_name(source)),
            )


def file_name(source: str) -> str:
    """The name of a file that an address such as ``@@PLUGINFILE@@/c%E1%BB%9D.png`` names."""
    return unquote(source.removeprefix("@@PLUGINFILE@@").partition("?")[0]).lstrip("/")


def _data(source: str) -> bytes | None:
    head, _, body = source.partition(",")
    if not re.fullmatch(r"data:image/[\w.+-]+(;[\w=-]+)*;base64", head):
        return None
    try:
        return base64.b64decode("".join(body.split()), validate=True) or None
    except ValueError:
        return None
