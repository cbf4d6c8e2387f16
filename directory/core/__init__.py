"""Plumbing without product: database, settings, clock, errors, paths, paging, mail, outbox."""
