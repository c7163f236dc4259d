"""Blocks and families for sequences: recurrent layers, attention, pooling over time."""
