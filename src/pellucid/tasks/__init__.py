"""Tasks: what is predicted decides the last layer, the link, the loss and the metrics."""
