"""Runs a program, its output appended to a log, and prints what it took as JSON. Used by measure.py.

    python3 -I -S run_once.py LOG PROGRAM ARGUMENT...

A process of its own, and a small one: Linux counts the memory of the process that starts a program towards the
program's peak, so a large script would be measured instead of a small program.
"""

import os
import sys
import time

log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
nothing = os.open(os.devnull, os.O_RDONLY)
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=[
    (os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)])
_, status, usage = os.wait4(child, 0)
print('{"wall_s": %r, "cpu_s": %r, "peak_mib": %r}' % (
    time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
sys.exit(os.waitstatus_to_exitcode(status) and 1)
