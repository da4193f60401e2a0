"""Where the program starts. A completion must be there before the next key: it is answered without loading the rest."""

from __future__ import annotations

import sys

_INTERRUPTED = 130
"""As ``Exit.INTERRUPTED``, which is not loaded yet."""
ANSWER = "--answer"
"""What a shell's script calls `amazon-photos completion SHELL` with, to ask what can come next."""


def main() -> None:
    """Run the program, or answer a shell that asks what can come next."""
    if sys.argv[1:2] == ["completion"] and sys.argv[3:4] == [ANSWER]:
        from .completion.answering import answer

        answer(sys.argv[2], sys.argv[4:])
        return
    try:
        from .app import main as run
    except KeyboardInterrupt:  # before anything listens
        sys.exit(_INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
