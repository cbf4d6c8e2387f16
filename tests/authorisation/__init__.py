"""Who may open what: every address, by everybody there is."""
