"""Postgres, Redis, blob stores, engines and the web, as the use cases want them."""
