"""Records in, Plotly figure out; knows nothing of files or pages."""
