"""Speed of the training loop against the idiomatic PyTorch loop and a hand-tuned one, in one interleaved run."""
