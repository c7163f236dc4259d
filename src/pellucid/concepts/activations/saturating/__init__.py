"""Activations that level off: bounded on both sides."""
