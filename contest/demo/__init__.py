"""The demo: contests, people and attempts to look at, loaded and dropped by one command."""
