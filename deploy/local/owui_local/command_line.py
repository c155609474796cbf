"""The command line of this edition: what it takes, and what it says about itself."""

import argparse
from importlib import metadata

_SETTINGS = """settings, from the environment or from lines NAME=value in a file:
  PORT        where to serve (8080)
  HOST        on which address (127.0.0.1); 0.0.0.0 lets other machines in
  DATA_DIR    folder of everything that is kept ($XDG_DATA_HOME/owui, that is ~/.local/share/owui;
              in a checkout its folder data)
  DEMO_MODEL  off leaves the demonstration model out
  ENV_FILE    that file (.env in the first of those folders, or in the checkout itself)

docs/configuration.md has all others. Ctrl-C stops it in good order."""


def parser(program: str, description: str) -> argparse.ArgumentParser:
    """Return the command line that all shapes share."""
    found = argparse.ArgumentParser(
        prog=program,
        description=description,
        epilog=_SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--version", action="version", version=f"owui {metadata.version('owui-local')}")
    found.add_argument("--end-with-parent", action="store_true", help="stop when the starting process ends")
    return found
