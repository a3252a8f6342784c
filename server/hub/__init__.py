"""The hub: one live session decides, saves and tells everyone; connections only carry."""
