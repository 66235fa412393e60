"""One module or folder per step: options in the middle, results on the right."""
