"""Measures of one distribution, and of two."""
