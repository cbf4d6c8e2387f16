"""A provider's answers to the checklist and its certifications, and how far they cover it."""
