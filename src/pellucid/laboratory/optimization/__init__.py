"""Experiments about optimization: descent, momentum, Newton, learning rates, obstacles, convexity, constraints."""
