"""Retrieval by itself: `python -m bench retrieval --cranfield FOLDER` or `… --scale 1000 100000`."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cranfield", type=Path, metavar="FOLDER", help="quality on the collection in a folder"
    )
    parser.add_argument("--whole", action="store_true", help="with --cranfield: do not cut the documents")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="with --cranfield: keep the vectors in a .npy"
    )
    parser.add_argument(
        "--scale", type=int, nargs="+", metavar="CHUNKS", help="times at these numbers of chunks"
    )
    parser.add_argument("--dimensions", type=int, default=384, help="with --scale: length of the vectors")
    parser.add_argument("--questions", type=int, default=200, help="with --scale: how many are asked")
    options = parser.parse_args()
    if options.cranfield is None and options.scale is None:
        parser.error("nothing to measure: --cranfield FOLDER or --scale CHUNKS …")
    if options.cranfield is not None:
        from bench.retrieval import quality

        quality.run(options.cranfield, whole=options.whole, kept=options.keep)
    if options.scale is not None:
        from bench.retrieval import scale

        scale.run(options.scale, options.dimensions, options.questions)


if __name__ == "__main__":
    main()
