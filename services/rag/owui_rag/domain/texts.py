"""Sentences that clients of this interface show and branch on."""

NOT_FOUND = "We could not find what you're looking for :/"
PROHIBITED = (
    "You do not have permission to access this resource. Please contact your administrator for assistance."
)
DUPLICATE = "Duplicate content detected. Please provide unique content to proceed."
NOT_READ = "This file could not be read"
