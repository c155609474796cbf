"""Postgres, Redis and model-proxy, as the use cases want them."""
