"""Who did what and when: append-only events, each chained to the one before."""
