"""Providers side by side: the table (pure), what it is filled from, what is kept of it, and what changed since."""
