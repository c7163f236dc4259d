"""Experiments about sequences: recurrent networks unrolled, gradients through time, gates, attention."""
