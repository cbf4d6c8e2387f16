"""A vendor's way to the public page: drafts saved as typed, checked, previewed, submitted, decided, applied."""
