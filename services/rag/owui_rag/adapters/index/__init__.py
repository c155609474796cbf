"""The index in Postgres: words by segment, vectors by generation, one search over both."""
