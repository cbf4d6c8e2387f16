"""What a provider’s page shows, gathered once for everybody who shows it: buyers, and the vendor’s preview."""
