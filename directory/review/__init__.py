"""Reports about entries and what was decided on them."""
