"""The web server, whatever it serves: it knows of no stage."""
