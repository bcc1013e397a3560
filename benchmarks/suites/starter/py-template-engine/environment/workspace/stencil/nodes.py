"""The nodes of a template and how they are rendered."""
