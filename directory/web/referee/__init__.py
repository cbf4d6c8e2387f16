"""The referee's pages: one signed link, the form, the receipt."""
