"""Looks for what has lost its counterpart in the other store, and puts it right."""
