"""Metrics of numbers: how far predictions are from targets."""
