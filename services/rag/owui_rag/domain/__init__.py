"""Plain decisions about documents, chunks and rankings: no I/O, no framework."""
