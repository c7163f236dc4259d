"""Experiments about training: batches, rates, starts, depth, and how a network overfits and what helps."""
