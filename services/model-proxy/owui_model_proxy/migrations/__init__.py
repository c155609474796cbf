"""The schema of the model proxy, revision by revision."""
