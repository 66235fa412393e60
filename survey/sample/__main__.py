"""Write the built-in sample anew: ``python -m survey.sample``."""

from resources import SAMPLE_FILE
from survey.sample import write_sample

if __name__ == "__main__":
    write_sample(SAMPLE_FILE)
