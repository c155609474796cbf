"""Files become chunks, a question finds chunks."""
