"""What the records of a period show: coverage, nil reports."""
