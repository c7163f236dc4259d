"""Judging: scores with intervals, curves, baselines, mistakes, and what all that means in words."""
