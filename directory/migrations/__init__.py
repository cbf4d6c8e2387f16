"""Migrations: how the database came to its shape, one numbered revision after another, run by core/schema.py."""
