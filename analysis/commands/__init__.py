"""What ``main.py plan``, ``guard``, ``compare``, ``ledger``, ``norm`` and ``panel`` do.

Each function returns the lines for the terminal or writes files, and prints nothing; main.py
only translates options. Loading this package costs nothing.
"""
