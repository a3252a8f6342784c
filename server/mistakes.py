"""What the person at the console can put right."""


class Mistake(Exception):
    """One sentence that names the fix; the command line prints it and ends."""
