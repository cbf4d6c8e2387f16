"""Pages about one's own account: register, confirm, log in, reset, second factor, sessions, own data."""
