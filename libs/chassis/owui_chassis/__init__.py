"""What makes a process a service: settings, errors, identity, gRPC, data stores, telemetry."""
