"""Our platform in its two shapes: everything in one process, and a process per service."""
