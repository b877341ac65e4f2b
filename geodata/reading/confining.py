"""What the reading process takes from itself before it opens a file that strangers wrote."""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def confine(*, memory_bytes: int, cpu_s: int, file_bytes: int) -> None:
    """Hard limits, no core dump, no new rights, no network where the system lets us."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, cpu_s, grace=5)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, 64)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_DATA, memory_bytes)
        _limit(resource.RLIMIT_AS, memory_bytes + 1_000_000_000)  # libraries are mapped, not used
        _leave_the_world()


def _limit(which: int, most: int, grace: int = 0) -> None:
    """Never above what whoever started us allows; `grace` lies between warning and end."""
    _soft, hard = resource.getrlimit(which)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    last = least + grace if hard == resource.RLIM_INFINITY else min(least + grace, hard)
    resource.setrlimit(which, (least, last))


def _leave_the_world() -> None:
    """An empty network namespace, where not even this machine is in reach (containers may refuse
    it), no new rights, and an end with whoever started us."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # new credentials would unset it
    if os.getppid() == 1:  # whoever started us is gone already
        with suppress(ProcessLookupError):
            os.kill(os.getpid(), signal.SIGKILL)
