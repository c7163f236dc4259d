"""Two runs side by side: what was set differently, and which predicts better by more than chance."""

from __future__ import annotations
