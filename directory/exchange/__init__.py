"""Entries in and out in bulk: import, export, demonstration data."""
