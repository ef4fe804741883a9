"""The office's pages about units and who answers for them."""
