"""Networks for texts: a bag of words, convolutions over embedded tokens."""
