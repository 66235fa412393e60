"""Pieces of the window that know no step: tables, messages, pictures, forms."""
