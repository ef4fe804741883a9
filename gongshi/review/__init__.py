"""Two people for every record: returning, approving, and what is due."""
