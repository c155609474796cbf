"""Fixtures of the journeys across services."""

from .fixtures import ada, bob, platform, providers, shared_platform

__all__ = ["ada", "bob", "platform", "providers", "shared_platform"]
