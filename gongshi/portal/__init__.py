"""The public store and the public site: masked copies, fed by the change feed."""
