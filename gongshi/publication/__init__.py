"""Publishing and withdrawing: the change feed and those who follow it."""
