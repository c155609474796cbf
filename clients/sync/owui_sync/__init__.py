"""Keeps a folder and a knowledge base the same."""
