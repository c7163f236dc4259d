"""Parts of a transformer: attention, positions, the encoder block."""
