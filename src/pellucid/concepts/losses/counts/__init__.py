"""Losses for counts: likelihoods of whole numbers."""
