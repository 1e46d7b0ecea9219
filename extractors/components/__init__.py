"""The components of the spaCy pipeline, one module each, and the networks that they run."""
