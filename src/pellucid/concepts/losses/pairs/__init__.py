"""Losses for pairs: two embeddings or two scores, alike or not."""
