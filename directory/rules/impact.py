"""What other rules would do to the providers listed today: who would gain or lose a tier or Enterprise. Reads only."""
