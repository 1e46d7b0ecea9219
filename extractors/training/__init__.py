"""Training of models from annotated papers."""
