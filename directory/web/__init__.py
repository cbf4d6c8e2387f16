"""HTTP: one package for each kind of reader, and around them what every request goes through."""
