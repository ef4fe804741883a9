"""Signing in and out by django-allauth, and what belongs to one's own account."""
