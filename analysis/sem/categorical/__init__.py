"""Ordered variables: thresholds, polychoric correlations and their sampling error."""
