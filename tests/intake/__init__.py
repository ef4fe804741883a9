"""Tests of intake: reading files and writing blank forms."""
