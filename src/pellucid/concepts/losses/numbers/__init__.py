"""Losses for numbers: how far a prediction is off."""
