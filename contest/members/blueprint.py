"""The blueprint of the room: its pages stand in ``routes`` and the files named after their subject."""

from flask import Blueprint

bp = Blueprint("members", __name__)
