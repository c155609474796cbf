"""The benchmarks of the platform, and of the peer it is compared with; `python -m bench.run` runs them."""
