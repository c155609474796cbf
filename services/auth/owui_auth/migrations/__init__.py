"""The schema of auth, revision by revision."""
