"""Answer a shell that asks what can come next: the lines that its script (``shells``) reads.

::

    plain · nospace · file · folder        what is to be done: nospace: nothing goes behind it; the shell's own files
    --out=                                 what stands before a local path in the same word
    albums/Sommer\\,\\ ü                     bash: each as it is put into the line
    albums/Sommer, ü<tab>a line about it   zsh and fish, which quote by themselves

Whatever goes wrong, nothing is printed: a line that is being typed is no place for messages.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .completing import Answer, complete
from .shell_words import quote_name, split_line


def answer(shell: str, given: Sequence[str]) -> None:
    """Print what can come next.

    bash gives its line and its word breaks; zsh and fish words, the current one last.
    """
    try:
        lines = _answer_bash(*given) if shell == "bash" else _answer_words(shell, given)
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    except Exception:
        sys.exit(1)


def _answer_bash(line: str, breaks: str) -> list[str]:
    typed = split_line(line, breaks)
    found = complete(typed.words, typed.current)
    quoted = (quote_name(offer.text[len(typed.head) :], typed.quote) for offer in found.offers)
    return [*_choose_directive(found), *(text for text in quoted if text is not None)]


def _answer_words(shell: str, given: Sequence[str]) -> list[str]:
    *words, current = given
    if shell == "fish":  # the current one comes as it was typed
        current = split_line(current).current
    found = complete(words, current)
    return [*_choose_directive(found), *(f"{offer.text}\t{offer.about}" for offer in found.offers)]


def _choose_directive(found: Answer) -> tuple[str, str]:
    if found.local:
        return found.local, found.before
    goes_on = bool(found.offers) and all(offer.text.endswith(("/", "=")) for offer in found.offers)
    return "nospace" if goes_on else "plain", ""
