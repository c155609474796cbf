"""Providers over HTTP, and the tables of this service."""
