"""From columns and pictures to arrays for a network: fitted on the training rows only, saved with the run as JSON."""
