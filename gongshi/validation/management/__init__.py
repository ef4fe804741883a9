"""Commands of validation."""
