"""`fit`, `Run` and `load`: the one place that knows all the stages and wires them."""
