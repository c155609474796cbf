"""Become another program that dies with its parent: run as `python -I -S launch.py OPTIONS -- COMMAND…`."""

import argparse
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def die_with_parent(number: int, parent: int) -> None:
    """Ask the kernel (Linux) to send us the signal when the parent ends, however it ends."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def main() -> None:
    """Apply the options in the order that keeps them in force and replace this process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--death-signal", default="SIGTERM")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    os.setsid()
    if options.nice:
        os.nice(options.nice)
    if options.uid is not None:
        os.setgroups([])
        os.setgid(options.gid)
        os.setuid(options.uid)
    # A change of user clears the death signal, so it is set last.
    die_with_parent(signal.Signals[options.death_signal], options.parent)
    os.execv(options.command[0], options.command)  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main()
