"""What people touch: the command line and the report. Written once, over the settings and the run folders."""
