"""Drawings as plain records, and what shows them: Plotly and the terminal. Knows nothing of what is drawn."""
