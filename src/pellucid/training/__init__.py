"""Training: one readable loop that emits events, and the parts that it drives. It knows neither tables nor findings."""
