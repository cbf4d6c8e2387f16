"""A buyer's own proof of concept held against the checklist: answers, scores, gaps, and who covers those."""
