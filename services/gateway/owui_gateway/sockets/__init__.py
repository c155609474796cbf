"""Socket.IO at /ws/socket.io: who is connected, and what they are told."""
