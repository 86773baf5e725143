"""Who of how many: participation of every union."""
