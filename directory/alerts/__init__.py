"""Alerts: searches that somebody saved and their own shortlist, looked at again each day or week, and what changed."""
