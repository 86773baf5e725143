"""People, sign-in, roles, consents and the audit log."""
