"""How good something is."""
