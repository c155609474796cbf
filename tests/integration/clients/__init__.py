"""Clients of the public interface, as strangers would write them."""
