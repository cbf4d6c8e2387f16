"""Benchmarks: each claim about speed is a ratio against a peer measured in the same run."""
