"""Addresses for those who run the directory: is the process alive, can it serve, what is degraded."""
