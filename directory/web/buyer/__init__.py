"""Pages for buyers: start, results, one provider, methodology, checklist. No account needed."""
