"""Checks a portal from outside, as anybody can: over the network or from a file."""
