"""Reads, plans and applies. START HERE: `run.py`."""
