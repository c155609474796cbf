"""Postgres, Redis, password hashes and tokens."""
