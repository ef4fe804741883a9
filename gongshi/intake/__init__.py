"""Intake: a file, a form or a call becomes rows, stored as received."""
