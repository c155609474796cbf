"""What a run is measured with: process trees, their CPU and memory, and percentiles."""
