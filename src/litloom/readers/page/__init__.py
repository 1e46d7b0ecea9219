"""The parts of a Daily Papers page."""
