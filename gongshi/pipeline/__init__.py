"""The worker: every step of the data's way in order."""
