"""What is measured: each scenario takes a prepared system and gives its figures."""
