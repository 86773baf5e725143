"""People joining: registration, their own account, lists of people, and who has which role."""
