"""Losses and optimizers, one concept in one file: the formula, a NumPy reference that follows it, and the fast form."""
