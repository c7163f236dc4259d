"""Pooling: a window becomes one number."""
