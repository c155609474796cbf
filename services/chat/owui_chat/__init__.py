"""Conversations and everything a person writes."""
