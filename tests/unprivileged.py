"""Somebody for whom permissions count: root passes by all of them, and tests often run as root."""

import os
import sys

import pytest

LOSE_RIGHTS = """\
import ctypes, os, sys
if sys.platform == "linux" and os.geteuid() == 0:
    system, whose, rights = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    system.capget(whose, rights)
    rights[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: now
    rights[1] &= ~0b110  # and for access()
    assert system.capset(whose, rights) == 0
"""
"""For the beginning of a process; its thread and those that it starts keep to permissions from then on."""

REQUIRED = pytest.mark.skipif(
    sys.platform == "win32" or (sys.platform != "linux" and os.geteuid() == 0), reason="permissions mean little here"
)
