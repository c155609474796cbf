"""What surrounds every request: limits, headers, compression, the log line; all of it plain ASGI."""
