"""The sets that can be fetched by name, by kind; `catalogue` lists them."""
