"""From what a view draws to one HTML page."""
