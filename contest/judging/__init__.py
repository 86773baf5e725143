"""Marks given by people: answers of essays, one at a time, without names."""
