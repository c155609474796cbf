"""HTTP and Socket.IO in, gRPC out; owns no tables."""
