"""Watching a running round, and files to take away."""
