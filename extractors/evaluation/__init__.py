"""Evaluation of models against gold annotation."""
