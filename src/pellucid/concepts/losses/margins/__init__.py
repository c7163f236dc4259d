"""Losses for margins: scores against targets of -1 and 1."""
