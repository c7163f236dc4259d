"""Files by name: fetched once from their official addresses, checked, and kept in the user's cache folder."""
