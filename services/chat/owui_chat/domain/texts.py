"""Sentences that clients of the public interface know."""

NOT_FOUND = "We could not find what you're looking for :/"
PROHIBITED = "You do not have permission to access this resource."
