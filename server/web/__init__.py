"""HTTP and WebSocket: doors, pages, sockets. Thin; what may be is decided in the core."""
