"""Networks that have learnt on other data before: their weights are fetched from the Hugging Face hub."""
