"""Transcripts of YouTube videos."""
