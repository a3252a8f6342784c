"""Measurements on the real server in its own process, beside the least a WebSocket server can be (`make bench`)."""
