"""Experiments about losses: compared, derived from likelihoods, taken apart into steps, and used wrongly."""
