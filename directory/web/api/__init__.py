"""The JSON API: what the pages show, for programs; described by OpenAPI 3.1."""
