"""Metrics of order: whether higher scores go to those that belong to the class."""
