"""Reads a unit's power list into the draft of its catalogue, with findings."""
