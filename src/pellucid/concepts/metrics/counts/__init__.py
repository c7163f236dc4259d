"""Metrics of counts and of positive amounts: deviances."""
