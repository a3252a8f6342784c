"""Simulated people on a real server: they come in by its doors, speak its wire, and at the end check what they saw."""
