"""Checks a batch with the rules of the domain and keeps what they find."""
