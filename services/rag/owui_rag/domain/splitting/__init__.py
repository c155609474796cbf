"""Cutting a text into pieces that can be found on their own."""
