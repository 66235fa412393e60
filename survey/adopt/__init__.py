"""Questionnaires come in from other tools: one reader per format, each telling what it lost.

``reading.adopt`` finds the reader; the package itself loads nothing.
"""
