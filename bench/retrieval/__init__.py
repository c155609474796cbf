"""How well and how fast questions find their passages, in a Postgres made for the measurement."""
