"""Media through our own server: packets are passed on as they come, never decoded. The only place that imports aiortc."""
