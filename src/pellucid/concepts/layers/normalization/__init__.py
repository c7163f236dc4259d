"""Normalization: which values share a mean and a spread."""
