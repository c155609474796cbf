"""Plain decisions about connections, models and requests: no I/O, no framework."""
