"""Pages on which a buyer assesses the own proof of concept, without an account."""
