"""Experiments about judging: what metrics hide, how curves arise, how a threshold is chosen."""
