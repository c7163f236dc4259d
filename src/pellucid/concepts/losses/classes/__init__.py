"""Losses for classes: cross-entropies of probabilities."""
