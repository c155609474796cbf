"""What happens, in order, when people come, go and change things."""
