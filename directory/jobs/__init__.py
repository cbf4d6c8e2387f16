"""The worker: carries out what the outbox holds and keeps the search index up with the database."""
