"""Activations of whole rows."""
