"""Questionnaires sent out: one module per target, each telling what the target cannot hold."""
