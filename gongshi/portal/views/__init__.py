"""The public pages: read the request, ask, answer; the clock is read here."""
