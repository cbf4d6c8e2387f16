"""The two filters, computed: a provider's facts held against the rules in force, with what decided each."""
