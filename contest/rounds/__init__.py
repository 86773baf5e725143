"""Contests: stages, rounds, papers, divisions, regulations and who may take part."""
