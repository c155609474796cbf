"""The Model Context Protocol: other agents search and read what their user may."""
