"""Questionnaires as values: model, JSON form, edits, item bank, design checks.

Import from the modules; this package itself loads nothing, so that the window starts fast.
"""
