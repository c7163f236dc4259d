"""From anything that holds data to compact tensors: sources, schema, splits, transforms, batches."""
