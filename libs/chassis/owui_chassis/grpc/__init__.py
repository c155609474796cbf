"""gRPC as the services use it: serving, calling, multiplexed streams, and all of it inside one process."""
