"""From anything that holds data to compact tensors: sources, schema, splits, transforms fitted on training rows, batches."""
