"""Mistakes found late: keys changed for a round, with a trial run, a log and a way back."""
