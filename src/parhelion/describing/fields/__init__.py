"""What a field of a row holds, where no model makes it: makers, quotas, templates."""
