"""A fast stub of an OpenAI-compatible provider; it measures nothing, so its own cost stays small."""
