"""Calls as people make them: what cannot be meant is told in the caller's names, what the predecessor took still works.

Python's own message names the class that defines the method (``ClientBase.__init__() got …``), which no caller has
heard of: here it is ``AmazonPhotos()``. Old ways of calling warn at the caller's own line, and show the new one.
"""

from __future__ import annotations

import difflib
import inspect
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from types import CodeType, TracebackType
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from ..errors import WrongCall

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

_UNEXPECTED = re.compile(r"got an unexpected keyword argument '([^']*)'")
_OURS = __name__.partition(".")[0]
_PASSING_ON: set[CodeType] = set()
"""Of functions that only call an operation: their frames are no part of it."""


def name_methods(cls: type) -> None:
    """Give the methods that ``cls`` has from its parts the name of ``cls``, for Python's own messages."""
    for part in cls.__mro__:
        for name, method in vars(part).items():
            if isinstance(method, staticmethod):
                method.__func__.__qualname__ = name  # both faces have the same one
            elif inspect.isfunction(method) and method.__module__.startswith(_OURS):
                method.__qualname__ = f"{cls.__name__}.{name}"
                if method.__code__ in _PASSING_ON:
                    method.__wrapped__.__qualname__ = method.__qualname__  # type: ignore[attr-defined]


def same_parameters(
    init: Callable[Concatenate[A, P], None],
) -> Callable[[Callable[Concatenate[B, ...], None]], Callable[Concatenate[B, P], None]]:
    """Give a constructor the parameters of ``init``.

    A decorator: type checkers take no other value for one.
    """

    def decorate(method: Callable[Concatenate[B, ...], None]) -> Callable[Concatenate[B, P], None]:
        return update_wrapper(method, init)

    return decorate


def passes_on(function: F) -> F:
    """Mark a function that only calls an operation: a call that cannot be meant is the operation's, then."""
    _PASSING_ON.add(function.__code__)
    return function


def accept_positional(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Take keyword-only arguments by position too, as the predecessor did, and warn of it.

    The warning shows the keyword form. ``names`` are those that followed the method's own positional ones, in the
    predecessor's order. Type checkers see the method as it is written.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        by_keyword: Callable[..., R] = method
        usual = [one.name for one in inspect.signature(method).parameters.values() if one.kind < one.VAR_POSITIONAL]

        @passes_on
        def named_method(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                named = dict(zip(names, args[len(usual) :], strict=False))
                if not named or len(args) > len(usual) + len(names) or named.keys() & kwargs.keys():
                    return method(*args, **kwargs)
                _warn_of_positions(method.__name__, usual[1:], named)
                return by_keyword(*args[: len(usual)], **named, **kwargs)
            finally:
                del args, kwargs  # a traceback may show what stands in here

        return update_wrapper(named_method, method)

    return decorate


def _warn_of_positions(method: str, usual: Iterable[str], named: Iterable[str]) -> None:
    name = "AmazonPhotos" if method == "__init__" else method
    form = f"{name}({', '.join([*usual, *(f'{one}=…' for one in named)])})"
    _warn(f"{name}(): give what follows the first argument by name: {form}")


def deprecate(instead: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method that only old scripts call: it warns, and says what there is ``instead``."""

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @passes_on
        def warning_method(*args: P.args, **kwargs: P.kwargs) -> R:
            _warn(f"{method.__name__}() is the predecessor's: instead there is {instead}")
            return method(*args, **kwargs)

        return update_wrapper(warning_method, method)

    return decorate


def _warn(message: str) -> None:
    """Warn where the caller's own line is: the one to change."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and f"{frame.f_globals.get('__name__')}.".startswith(f"{_OURS}."):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, DeprecationWarning, level)


def refuse_copy(held: object) -> NoReturn:
    """Raise ``WrongCall`` for ``held``: a client, or what is read through one.

    A pickle would hold the cookies, and a copy would share its connections.
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
        if kind is TypeError and trace is not None and not _came_to_run(trace):
            raise WrongCall(_explain(str(error), self._function, self._name)) from None


def _came_to_run(trace: TracebackType) -> bool:
    inner = trace.tb_next
    while inner is not None and inner.tb_frame.f_code in _PASSING_ON:
        inner = inner.tb_next
    return inner is not None


def check_options(name: str, options: Mapping[str, object], function: Callable[..., Any]) -> None:
    """Check that ``function`` takes the options that ``name`` passes on to it. Raises ``WrongCall``."""
    for option in options:
        if option not in (known := _parameters(function)):
            raise WrongCall(f"{name}() got an unexpected keyword argument {option!r}{_suggest(option, known)}")


def show_options(passed_to: Callable[..., Any]) -> Callable[[F], F]:
    """Show the options that a method passes on, instead of ``**options``.

    A decorator, for help and for Tab in a notebook. Type checkers read the method as it is written.
    """

    def decorate(method: F) -> F:
        own = inspect.signature(method)
        kept = [one for one in own.parameters.values() if one.kind is not one.VAR_KEYWORD]
        options = [one for one in inspect.signature(passed_to).parameters.values() if one.kind is one.KEYWORD_ONLY]
        method.__signature__ = own.replace(parameters=[*kept, *options])  # type: ignore[attr-defined]
        return method

    return decorate


def _explain(told: str, function: Callable[..., Any], name: str) -> str:
    told = re.sub(r"^[\w.<>]+\(\)", f"{name}()", told.partition(". Did you mean")[0])
    if found := _UNEXPECTED.search(told):
        return told + _suggest(found[1], _parameters(function))
    named = [one.name for one in inspect.signature(function).parameters.values() if one.kind is one.KEYWORD_ONLY]
    return told + (f"; these are given by name: {', '.join(named)}" if named and "were given" in told else "")


def _parameters(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.name != "self" and one.kind is not one.VAR_KEYWORD]


def _suggest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else f"; it takes {', '.join(known) or 'no arguments'}"
