"""The question bank as a library: questions, their files, drawing and marking.

Knows no Flask, no sign-in and no contest: it takes a SQLAlchemy session, plain values and DataFrames.
"""
