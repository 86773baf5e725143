"""Signals for the committee: what in a round looks odd, and why. They block nobody and are erased in time."""
