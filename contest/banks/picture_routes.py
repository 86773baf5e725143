"""Pictures of questions: the public address of those that are stored, and those of a file that waits.

An address is the SHA-256 of the file as it was given: nobody guesses it, and what it names never changes.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from contest.accounts import uploads
from contest.accounts.doors import organizers
from contest.banks.desk import actor, bp, owned
from contest.extensions import db
from contest.web.doors import public
from questions import picture_store
from questions.markup import FindPicture, Shown
from questions.pictures import Fitted, pictures_of
from questions.rules import Draft

public_bp = Blueprint("pictures", __name__)
_MEMBER = re.compile(r"([0-9a-f]{64})-(\d+)-(\d+)\.(png|jpeg|webp)")


@public_bp.get("/hinh/<sha>")
@public
def picture(sha: str) -> Response:
    """A stored picture, kept by whoever fetched it once."""
    found = picture_store.load(db.session, sha)
    if found is None:
        abort(404)
    return _answer(found.data, found.mime, sha)


def _answer(data: bytes, mime: str, sha: str) -> Response:
    response = Response(data, content_type=mime)
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000
    response.cache_control.immutable = True
    response.set_etag(sha[:32])
    return response.make_conditional(request)


@bp.get("/<code>/nhap/<token>/hinh/<sha>")
@organizers
def waiting_picture(code: str, token: str, sha: str) -> Response:
    """A picture of a file that is looked at before it is stored."""
    owned(code)
    found = next((one for one in waiting(db.session, code, token, actor().id) if one.sha256 == sha), None)
    if found is None:
        abort(404)
    response = Response(found.data, content_type=found.mime)
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response


def keep_waiting(
    session: Session, code: str, token: str, fitted: Iterable[Fitted], person_id: int, now: datetime
) -> None:
    """Keep the pictures of a file next to it until its import is confirmed; they are made fit only once."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in fitted:
            name = f"{one.sha256}-{one.width}-{one.height}.{one.mime.removeprefix('image/')}"
            archive.writestr(name, one.data)
    if packed.tell() > len(b"PK\x05\x06") + 18:
        uploads.keep(session, _purpose(code), "pictures", packed.getvalue(), person_id, now, _second(token))


def waiting(session: Session, code: str, token: str, person_id: int) -> list[Fitted]:
    """The pictures kept next to a waiting file."""
    file = uploads.take(session, _second(token), _purpose(code), person_id)
    if file is None:
        return []
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        names = (_MEMBER.fullmatch(name) for name in archive.namelist())
        return [
            Fitted(match[1], archive.read(match[0]), f"image/{match[4]}", int(match[2]), int(match[3]))
            for match in names
            if match
        ]


def drop_waiting(session: Session, token: str) -> None:
    """Throw the kept pictures away, once imported."""
    uploads.drop(session, _second(token))


def finder(session: Session, code: str, token: str | None, person_id: int, drafts: Iterable[Draft] = ()) -> FindPicture:
    """Finds the pictures of questions of a waiting file: its own, then those that are stored; two queries in all."""
    own = {one.sha256: one for one in waiting(session, code, token, person_id)} if token else {}
    stored = picture_store.finder(session, [sha for draft in drafts for sha in pictures_of(draft)])

    def find(sha: str) -> Shown | None:
        if sha not in own:
            return stored(sha)
        address = url_for("banks.waiting_picture", code=code, token=token, sha=sha)
        return Shown(address, own[sha].width, own[sha].height)

    return find


def _purpose(code: str) -> str:
    return f"pictures:{code}"


def _second(token: str) -> str:
    """The token of the pictures, told from the file's and as secret."""
    return sha256(f"pictures {token}".encode()).hexdigest()[:40]
