"""Initializers with one spread for every layer."""
