"""The English catalogue says everything, and says it with the same placeholders."""

import pytest
from support.source import nodes

from contest.web import catalogues


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_text_is_translated(language):
    assert list(catalogues.faults(language)) == []


def test_texts_of_code_rules_and_templates_are_found():
    found = {message.id for message in catalogues.template()}
    assert "Hãy điền mục này." in found  # N_ in a module
    assert "Cần đăng nhập" in found  # lazy_gettext
    assert "Đang mở" in found  # N_ in rules
    origins = {place.split("/")[0] for message in catalogues.template() for place, _ in message.locations}
    assert origins == {"contest", "questions", "templates"}


def test_what_is_lacking_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    catalogues.update("en")
    catalogue = catalogues.stored("en")
    assert any(fault.startswith("not translated: ") for fault in catalogues.faults("en"))
    message = catalogue["Nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại."]
    message.string = "Too many tries: %(wrong)s"
    assert list(catalogues._faults_of(message)) == [f"placeholders differ: {message.id}"]
    message.string = "Too many wrong passwords. Wait 15 minutes, then try again."
    assert list(catalogues._faults_of(message)) == []


def test_texts_are_never_put_together_before_they_are_translated():
    """``gettext(f"...")`` is never found in a catalogue."""
    import ast

    wrong = [
        f"{path}:{node.lineno}"
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name)
        and node.func.id in catalogues.KEYWORDS
        and node.args
        and isinstance(node.args[0], (ast.JoinedStr, ast.BinOp))
    ]
    assert wrong == []
