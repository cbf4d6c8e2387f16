"""The hash-chained event log: what happened to what, by whom, in an order nobody can change afterwards."""
