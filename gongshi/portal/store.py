"""Names in the public store: the database's alias, and the feed that it follows."""

STORE = "portal"
FEED = "feed"  # the cursor's name
