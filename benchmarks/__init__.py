"""Speed, measured: each figure is one JSON line with both sides of its ratio."""
