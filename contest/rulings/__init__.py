"""Decisions of the committee about people and attempts: disqualified, annulled, no prize; each can be undone."""
