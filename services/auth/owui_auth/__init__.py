"""Who people are and what they may do: users, credentials, sessions, API keys."""
