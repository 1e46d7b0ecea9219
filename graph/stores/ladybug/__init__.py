"""A graph in one LadybugDB file."""
