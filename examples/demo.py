"""A whole Amazon Photos library in a minute, on this machine: ``python examples/demo.py [FOLDER]``.

The same as ``amazon-photos demo [FOLDER]``. What it calls, step by step, stands in
``src/amazon_photos/cli/demo_tour.py``.
"""

from amazon_photos.cli.demo import command

if __name__ == "__main__":
    command()
