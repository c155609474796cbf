"""Real Postgres, Redis and fake providers for the tests of every service."""
