"""The peers: given the same documents, set up as their own documentation advises, asked the same questions."""
