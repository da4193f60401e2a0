"""Steering who is signed in: what Amazon does by itself, or somebody on the account's page of devices."""

from __future__ import annotations

from typing import Any

from .access import Access
from .library import devices
from .library.library import Library
from .routes.sign_in import DIGITS, NAME, PASSWORD


class SignIns:
    """The account's devices and their sessions. It can be used from any thread."""

    def __init__(self, library: Library, access: Access) -> None:
        self._library, self._access = library, access

    @property
    def account(self) -> dict[str, str]:
        """What the sign-in pages want: name, password and the digits of the second factor."""
        return {"name": NAME, "password": PASSWORD, "digits": DIGITS}

    def devices(self) -> list[dict[str, Any]]:
        """List the registered devices; ``renewable`` says whether the refresh token lives."""
        return self._library.read(devices.list_devices)

    def secrets(self) -> list[dict[str, str]]:
        """List every secret ever given (``token``, ``kind``, ``given``), those that are dead included.

        The cookies that the emulator shows are among them, and so are mac_dms keys.
        """
        return [*self._access.list_secrets(), *self._library.read(devices.list_secrets)]

    def expire_sessions(self) -> None:
        """End the cookies and access tokens of devices, as if their time were over.

        They can be renewed.
        """
        self._library.write(devices.expire_sessions, now=self._library.now)
        self._access.look_again()

    def rotate_sessions(self) -> None:
        """Set another ``session-id`` cookie with the next answer to each session of a device.

        The one before goes on beside it.
        """
        self._access.rotate()

    def kill_refresh_tokens(self) -> None:
        """Answer every refresh token with ``invalid_grant`` from now on; cookies live on to their end."""
        self._library.write(devices.kill_refresh_tokens)

    def sign_out(self, serial: str | None = None) -> None:
        """Sign a device out, or everybody.

        Without a serial: all devices, and the cookies that the emulator shows (until a reset).
        """
        self._library.write(devices.forget, serial)
        self._access.look_again()
        if serial is None:
            self._access.sign_out()

    def start_over(self) -> None:
        """Forget all devices and all that was ever given, and sign in the cookies that the emulator shows."""
        self._library.write(devices.start_over)
        self._access.look_again()
        self._access.sign_in_again()
