"""The one kind of error a person at the terminal sees: a sentence, never a traceback."""


class LocalError(Exception):
    """Something on this machine stops the one-machine edition; the text says what and how to go on."""
