"""A union picked in a form by its name: with suggestions where scripts run, by a search button and a list without."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext

from contest.extensions import db
from contest.unions import queries
from contest.unions.models import TradeUnion
from contest.unions.queries import Found
from contest.web.forms import Form

#: Unions a search shows.
LIMIT = 20


class Picked:
    """A union chosen in a form: by code, by the search button, or by typing a name that fits one union only.

    ``search`` finds the unions that may be meant by what was typed; None: any union. ``missing`` is said where none
    is chosen; None: the field may stay empty.
    """

    def __init__(
        self,
        form: Form,
        name: str,
        search: Callable[[str], Sequence[Found]] | None = None,
        missing: str | None = None,
    ) -> None:
        self.field: Any = form[name]
        key = self.field.name
        self.query = request.form.get(f"{key}_tu_khoa", "").strip()
        self.results: Sequence[Found] | None = None
        self.union: TradeUnion | None = None
        self.searching = f"tim_{key}" in request.form and self._asks()
        self._search = search or (lambda query: queries.search(db.session, query, LIMIT))
        self._missing = missing

    def _asks(self) -> bool:
        """Whether the search button was meant: Enter in any other field presses it too."""
        known = queries.by_code(db.session, self.field.data) if self.field.data else None
        answered = request.form.get(f"{self.field.name}_da_tim", "").strip()
        return bool(self.query) and (known is None or self.query not in (known.name, answered))

    def resolve(self) -> bool:
        """Find the union meant; False when the visitor must choose or correct first (the field says how)."""
        code = (self.field.data or "").strip()
        if self.searching:
            self.results = self._search(self.query)
            return False
        if not self.query and f"{self.field.name}_tu_khoa" in request.form:
            # The name was wiped out: the hidden code of the union chosen before goes with it.
            self.field.data = code = ""
        self.union = queries.by_code(db.session, code) if code else None
        if code and self.union is None:
            self._refuse(gettext("Không có đơn vị nào mang mã này. Hãy chọn lại."))
        elif not code and self.query:
            self.results = self._search(self.query)
            exact = [u for u in self.results if u.name.lower() == self.query.lower()]
            if len(exact) != 1:
                self._refuse(self._choose())
                return False
            self.union = queries.by_code(db.session, exact[0].code)
        elif not code and self._missing and request.method == "POST":
            self._refuse(gettext(self._missing))
        return not self.field.errors

    def _choose(self) -> str:
        if self.results and self._missing:
            return gettext("Hãy chọn đơn vị trong danh sách bên dưới.")
        if self._missing:
            return gettext("Không thấy đơn vị nào có tên như đã gõ. Hãy gõ ít chữ hơn rồi chọn trong danh sách.")
        return gettext("Hãy chọn đơn vị trong danh sách bên dưới, hoặc xoá trống ô này.")

    def _refuse(self, text: str) -> None:
        self.field.errors = [*self.field.errors, text]

    @property
    def union_id(self) -> int | None:
        return self.union.id if self.union else None
