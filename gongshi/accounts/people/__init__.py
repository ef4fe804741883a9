"""The office's pages about people and their roles."""
