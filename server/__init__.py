"""Twin City Lab: a live hybrid-workshop facilitation server."""

VERSION = "0.1.0"
