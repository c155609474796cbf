"""Keeps the cyclic garbage collector away from streams: pauses are latency of every answer that runs."""

import gc

# A full collection of a loaded process takes tens of milliseconds. Almost everything here is freed by
# counting references; cycles are rare, so they are looked for less often than after 700 allocations.
_YOUNG, _MIDDLE, _OLD = 20_000, 20, 100


def settle() -> None:
    """To be called once the process is built: what lives now lives for ever and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
