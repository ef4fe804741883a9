"""Management commands of intake."""
