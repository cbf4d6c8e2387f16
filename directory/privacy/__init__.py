"""A person's data: what is exported, what is erased, and for how long anything is kept."""
