"""Figures and what supports them: levels, agreement, value used, expiry. Weighing is pure; it never asks the clock."""
