"""Where data come from: one file for each kind of source, joined in `catalogue.SOURCES`."""
