"""Pages, transcripts and search results from the web."""
