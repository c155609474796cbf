"""Engines that turn text into vectors, one file each."""
