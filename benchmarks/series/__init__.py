"""How good the default is on series of the UCR archive, beside the nearest neighbour by dynamic time warping."""
