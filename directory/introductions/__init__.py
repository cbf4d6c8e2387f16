"""Introductions: a buyer's message to some providers, sent and answered through the directory."""
