"""Activations without a kink: smooth relatives of ReLU."""
