"""The versioned data that the product works by: taxonomy, readiness checklist, rules; which version is in force."""
