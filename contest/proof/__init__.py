"""What lets a stranger check the results: commitments, sealed attempts, the published bundle."""
