"""Finds the program `beatplan`, runs it, passes its notes on, and ends it when the user cancels."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, FrozenSet, IO, List, Optional, Sequence, Set, Tuple

from processing.core.ProcessingConfig import ProcessingConfig
from qgis.core import QgsProcessingException, QgsProcessingFeedback

from .texts import text

PROGRAM_SETTING = "BEATPLAN_PROGRAM"

#: The program's exit codes.
DONE, NEEDS_A_PERSON, WRONG_INPUT = 0, 1, 2

#: Names of files and folders that the program has not finished.
UNFINISHED = ".beatplan-*"

#: Seconds between two checks for a cancel by the user.
_LOOK_EVERY = 0.1
#: Seconds that the program gets to end by itself after the request.
_PATIENCE = 0.4
#: Seconds between two lines that report that the program is still running.
_SIGN_OF_LIFE_EVERY = 15.0

#: Options by program path, its time of change and command, so that each program is asked once.
_known_options: Dict[Tuple[str, float, Tuple[str, ...]], FrozenSet[str]] = {}


@dataclass(frozen=True)
class Outcome:
    """Result of one run."""

    exit_code: int
    #: Standard output: JSON, since the program always runs with `--json`.
    output: str
    #: Error output from `error:` on.
    error: str
    #: Whether the user ended it; the other fields then mean nothing.
    cancelled: bool = False

    def json(self) -> Any:
        """Returns the parsed output.

        Raises QgsProcessingException if it is not JSON.
        """
        try:
            return json.loads(self.output)
        except ValueError as error:
            raise QgsProcessingException(text("error.no_json", found=self.output[:200])) from error


def find() -> str:
    """Returns the path of the program: from the options of Processing, on PATH, or where `cargo install` puts it.

    Raises QgsProcessingException with a hint on installation if it is in none of these places.
    """
    chosen = (ProcessingConfig.getSetting(PROGRAM_SETTING) or "").strip()
    if chosen:
        if found := shutil.which(chosen):
            return found
        raise QgsProcessingException(text("error.program_not_there", path=chosen))
    cargo = str(Path.home() / ".cargo" / "bin")
    found = shutil.which("beatplan") or shutil.which("beatplan", path=cargo)
    if found is None:
        raise QgsProcessingException(text("error.program_not_found"))
    return found


def options(*command: str) -> FrozenSet[str]:
    """Returns the long options of a command, such as `--format`; empty if the program does not have the command."""
    program = find()
    key = (program, os.stat(program).st_mtime, command)
    if key not in _known_options:
        answer = _start([program, *command, "--help"]).communicate()[0].decode("utf-8", "replace")
        _known_options[key] = frozenset(re.findall(r"(?<![\w-])--[a-z][a-z-]*", answer))
    return _known_options[key]


def run(
    arguments: Sequence[str], feedback: QgsProcessingFeedback, result: Optional[Path] = None
) -> Outcome:
    """Runs the program with `arguments` and `--json`; its notes go to the log at once.

    `result` is the file or folder that it writes. If the user cancels, the program ends within a second, and unfinished
    files beside `result` are removed; an earlier result stays unchanged.

    Raises QgsProcessingException with the message of the program if it refuses its input, or if it cannot be
    started.
    """
    command = [find(), *arguments, "--json"]
    feedback.pushCommandInfo(subprocess.list2cmdline(command))
    already_there = set(result.parent.glob(UNFINISHED)) if result else set()
    outcome = _watch(_start(command), feedback)
    if outcome.cancelled:
        if result:
            _take_away_unfinished(result, already_there)
    elif outcome.exit_code not in (DONE, NEEDS_A_PERSON):
        fallback = text("error.failed", code=outcome.exit_code)
        raise QgsProcessingException(outcome.error or fallback)
    return outcome


def _start(command: List[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # No black window on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise QgsProcessingException(text("error.not_started", path=command[0], reason=error)) from error


def _watch(process: "subprocess.Popen[bytes]", feedback: QgsProcessingFeedback) -> Outcome:
    """Waits for the end of `process` and both of its outputs, or for a cancel by the user."""
    said: "queue.Queue[str]" = queue.Queue()
    output: List[bytes] = []
    readers = [
        threading.Thread(target=_read_lines, args=(process.stderr, said), daemon=True),
        threading.Thread(target=_read_all, args=(process.stdout, output), daemon=True),
    ]
    for reader in readers:
        reader.start()
    error: List[str] = []
    began = sign_of_life = time.monotonic()
    while any(reader.is_alive() for reader in readers) or process.poll() is None:
        if feedback.isCanceled():
            _end(process)
            return Outcome(exit_code=-1, output="", error="", cancelled=True)
        _pass_on(said, error, feedback)
        now = time.monotonic()
        if now - sign_of_life >= _SIGN_OF_LIFE_EVERY:
            sign_of_life = now
            feedback.pushInfo(text("info.still_working", seconds=round(now - began)))
        time.sleep(_LOOK_EVERY)
    _pass_on(said, error, feedback)
    return Outcome(process.returncode, b"".join(output).decode("utf-8", "replace"), "\n".join(error))


def _read_lines(stream: IO[bytes], into: "queue.Queue[str]") -> None:
    with stream:
        for line in stream:
            into.put(line.decode("utf-8", "replace").rstrip())


def _read_all(stream: IO[bytes], into: List[bytes]) -> None:
    with stream:
        into.append(stream.read())


def _pass_on(said: "queue.Queue[str]", error: List[str], feedback: QgsProcessingFeedback) -> None:
    """Passes notes to the log; all lines from `error:` on belong to the error message."""
    while not said.empty():
        line = said.get()
        if error or line.startswith("error: "):
            error.append(line if error else line[len("error: "):])
        else:
            feedback.pushInfo(line)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _take_away_unfinished(result: Path, already_there: Set[Path]) -> None:
    """Removes unfinished files beside `result`, and moves an earlier result back if the program had moved it aside.

    Files from before the run stay, and files of other runs, which disappear by themselves, are not touched.
    """
    folder = result.parent
    if not set(folder.glob(UNFINISHED)) - already_there:
        return
    time.sleep(_PATIENCE)
    for left in set(folder.glob(UNFINISHED)) - already_there:
        former = left / "old"
        if former.exists() and not result.exists():
            former.rename(result)
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
