"""Who can log in: users with their role, their log-in sessions and passkeys."""
