"""Tests of checking files and of the commands around it."""
