"""Groups of settings that every service reads."""
