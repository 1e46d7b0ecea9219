"""What a user may want to correct: near duplicates and disputed kinds, as a file to edit."""
