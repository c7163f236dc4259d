"""Convolutions: one kernel at every place."""
