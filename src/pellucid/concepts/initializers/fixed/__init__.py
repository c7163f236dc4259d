"""Initializers that draw nothing: every weight the same."""
