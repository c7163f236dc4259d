"""Activations of straight pieces and their bent cousins: the positive side passes."""
