"""Tests of review: who may approve, return, hold, and what comes of it."""
