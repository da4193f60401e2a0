"""What is told to whom calls a client in a way that cannot be meant: in the names that its user knows.

Python tells where a function stands (``Core.__init__() got …``); which part of a client that is, is nobody's business.
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from types import TracebackType
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from ..errors import WrongCall

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")

_UNEXPECTED = re.compile(r"got an unexpected keyword argument '([^']*)'")
_OURS = __name__.partition(".")[0]


def name_methods(cls: type) -> None:
    """Give the methods that ``cls`` has from its parts the name of ``cls``, for Python's own messages."""
    for part in cls.__mro__:
        for name, method in vars(part).items():
            if inspect.isfunction(method) and method.__module__.startswith(_OURS):
                method.__qualname__ = f"{cls.__name__}.{name}"


def same_parameters(
    init: Callable[Concatenate[A, P], None],
) -> Callable[[Callable[Concatenate[B, ...], None]], Callable[Concatenate[B, P], None]]:
    """Give a constructor the parameters of ``init``. A decorator: type checkers take no other value for one."""

    def decorated(method: Callable[Concatenate[B, ...], None]) -> Callable[Concatenate[B, P], None]:
        return update_wrapper(method, init)

    return decorated


def refuse_copy(held: object) -> NoReturn:
    """Raise ``WrongCall``: a pickle would hold the cookies, and a copy would use them under the other's feet.

    ``held`` is a client, or what is read through one.
    """
    name = type(held).__name__
    raise WrongCall(f"{name} holds cookies and open connections: it cannot be pickled or copied; make another {name}")


class Explaining:
    """A block that only calls ``function``: should that be impossible, ``WrongCall`` says so of ``name``.

    What ``function`` raises itself passes through.
    """

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function, self._name = function, name

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is TypeError and trace is not None and trace.tb_next is None:  # it never came to run
            raise WrongCall(_explained(str(error), self._function, self._name)) from None


def check_options(name: str, options: Mapping[str, object], function: Callable[..., Any]) -> None:
    """Check that ``function`` takes the options that ``name`` passes on to it. Raises ``WrongCall``."""
    for option in options:
        if option not in (known := _parameters(function)):
            raise WrongCall(f"{name}() got an unexpected keyword argument {option!r}{_meant(option, known)}")


def _explained(told: str, function: Callable[..., Any], name: str) -> str:
    told = re.sub(r"^[\w.<>]+\(\)", f"{name}()", told.partition(". Did you mean")[0])
    found = _UNEXPECTED.search(told)
    return told + (_meant(found[1], _parameters(function)) if found else "")


def _parameters(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.name != "self" and one.kind is not one.VAR_KEYWORD]


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else f"; it takes {', '.join(known)}"
