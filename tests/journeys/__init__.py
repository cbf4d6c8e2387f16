"""Whole paths through the directory, in a real browser, against real processes."""
