"""Counting what a block asks of the database."""

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def counted(app):
    """Collects the statements of the app's engine within the block, without transaction control."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA", "SELECT 1", "ROLLBACK", "COMMIT")):
            statements.append(statement)

    engine = app.extensions["store"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
