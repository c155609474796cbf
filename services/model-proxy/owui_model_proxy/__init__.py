"""One door to every model provider."""
