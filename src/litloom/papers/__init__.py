"""Merge records into papers."""
