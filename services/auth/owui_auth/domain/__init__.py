"""Plain decisions about accounts, credentials and rights."""
