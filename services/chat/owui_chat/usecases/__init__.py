"""What happens, in order, when a completion runs or a conversation changes."""
