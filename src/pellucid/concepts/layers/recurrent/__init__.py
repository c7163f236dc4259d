"""Recurrent layers: one step, and the same step unrolled over time."""
