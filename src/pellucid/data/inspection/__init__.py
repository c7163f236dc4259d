"""Looking at columns before anything is learnt from them: kinds, identifiers, leaks, duplicates, targets."""
