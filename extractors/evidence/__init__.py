"""The features that the components decide by."""
