"""Metrics of classes: predicted labels or probabilities against true labels."""
