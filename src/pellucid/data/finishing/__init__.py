"""What makes the network's inputs of the compact arrays of a batch, on the device. Needs torch; imported late."""
