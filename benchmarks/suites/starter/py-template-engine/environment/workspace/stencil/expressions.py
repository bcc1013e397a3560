"""Values, filters and conditions."""
