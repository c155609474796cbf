"""Plain decisions about conversations and answers: no I/O, no framework."""
