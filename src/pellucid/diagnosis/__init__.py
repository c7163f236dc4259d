"""What is wrong with a training, why, and what to do: rules over evidence, gathered without changing the training."""
