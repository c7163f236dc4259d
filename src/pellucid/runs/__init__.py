"""What a run is on disk: settings, records, folder. The report and comparisons read this and nothing else."""
