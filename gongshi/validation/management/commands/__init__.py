"""Commands that make and check files without a database."""
