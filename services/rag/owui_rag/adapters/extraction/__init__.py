"""Reading documents: in a process of our own with limits, or by an engine that is asked over HTTP."""
