"""The window. Qt lives here and nowhere else; every result comes from survey/ and analysis/."""
