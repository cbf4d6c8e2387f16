"""A buyer's set of providers: kept for an account or for a browser, merged at log-in, shown to others by a link."""
