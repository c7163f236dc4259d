"""Penalties: norms of the weights."""
