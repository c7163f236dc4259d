"""What each kind of input needs beyond being read: one record for each kind, in one file."""
