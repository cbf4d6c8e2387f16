"""The admin's side: the queue and its decisions, users, catalogue versions, jobs."""
