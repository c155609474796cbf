"""The one-machine edition: embedded Postgres and Redis, all services, a demonstration model."""
