"""The servicers: unpack, call, pack."""
