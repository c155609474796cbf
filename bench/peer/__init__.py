"""The peer, open-webui 0.6.42 from PyPI, in an environment of its own under bench/.peer."""
