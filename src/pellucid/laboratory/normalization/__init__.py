"""Experiments about normalization: training against prediction, drifting activations, where to place it."""
