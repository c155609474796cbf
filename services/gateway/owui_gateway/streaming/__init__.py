"""Answers that stream: completions and everything else that comes from a provider as it is."""
