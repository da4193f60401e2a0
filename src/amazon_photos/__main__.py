"""``python -m amazon_photos``: the command ``amazon-photos``, where its folder is on no PATH."""

from .cli.start import main

if __name__ == "__main__":
    main()
