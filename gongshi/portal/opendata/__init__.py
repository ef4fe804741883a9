"""Open data in bulk: daily and monthly sets, made from the public store alone."""
