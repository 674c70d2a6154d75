"""What the tests share: a scratch folder each, a feedback that remembers, stand-ins for the program."""

from __future__ import annotations

import json
import stat
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional

from in_qgis import BEATPLAN  # first: it starts QGIS

import processing
from processing.core.ProcessingConfig import ProcessingConfig
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProject

from beatplan.program import PROGRAM_SETTING


class Heard(QgsProcessingFeedback):
    """Remembers what was said; cancels itself some seconds after it was made, if asked to."""

    def __init__(self, cancel_after: Optional[float] = None) -> None:
        super().__init__(False)
        self.infos: List[str] = []
        self.warnings: List[str] = []
        if cancel_after is not None:
            threading.Timer(cancel_after, self.cancel).start()

    def pushInfo(self, info: str) -> None:  # noqa: N802
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:  # noqa: N802
        self.warnings.append(warning)


class Case(unittest.TestCase):
    """Runs algorithms with the program under test, into a folder of its own."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.use(BEATPLAN)
        QgsProject.instance().clear()

    def use(self, program: object) -> None:
        """Sets the path of the program, as the user does in the options."""
        ProcessingConfig.setSettingValue(PROGRAM_SETTING, str(program))

    def run_it(self, algorithm: str, feedback: Optional[Heard] = None, **parameters: Any) -> Dict[str, Any]:
        """The algorithm's results; the layers are not loaded into the project."""
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        return processing.run(
            f"beatplan:{algorithm}", parameters, feedback=feedback or Heard(), context=context
        )

    def load_it(self, algorithm: str, **parameters: Any) -> Dict[str, Any]:
        """The algorithm's results, with its layers in the project, as the desktop does it."""
        return processing.runAndLoadResults(f"beatplan:{algorithm}", parameters, feedback=Heard())

    def stand_in(self, script: str) -> Path:
        """A program of a few lines of shell in the place of beatplan."""
        path = self.folder / "stand-in"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.use(path)
        return path


def ask(*arguments: object) -> Any:
    """What the program itself answers, as JSON."""
    command = [BEATPLAN, *map(str, arguments), "--json"]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout)


def features(path: Path) -> List[Dict[str, Any]]:
    """The features of a GeoJSON file, read without QGIS."""
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def left_unfinished(folder: Path) -> List[Path]:
    """What the program began to write there and did not finish."""
    return list(folder.rglob(".beatplan-*"))


def offers(command: str, option: str) -> bool:
    """Whether the program under test has an option."""
    asked = subprocess.run([BEATPLAN, command, "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return option.encode() in asked.stdout
