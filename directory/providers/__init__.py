"""Providers and the systems they run: what they say of themselves, without weighing it."""
