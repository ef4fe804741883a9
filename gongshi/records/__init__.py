"""The one table of truth: every decision that was accepted, sealed and versioned."""
