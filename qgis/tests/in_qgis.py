"""A QGIS without a screen, with the plugin in it, whose settings and files are gone after the tests."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PROJECT = TESTS.parent.parent
MALTA = PROJECT / "data" / "malta"
COUNTY = PROJECT / "data" / "county"

#: The program under test.
BEATPLAN = os.environ.get("BEATPLAN") or str(PROJECT / "target" / "release" / "beatplan")

_SCRATCH = tempfile.mkdtemp(prefix="beatplan-qgis-")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = os.environ["QGIS_CUSTOM_CONFIG_PATH"] = _SCRATCH
os.environ.setdefault("XDG_RUNTIME_DIR", _SCRATCH)
# Road networks are built once for all tests.
os.environ["BEATPLAN_CACHE"] = str(Path(_SCRATCH) / "networks")

from qgis.core import QgsApplication  # noqa: E402

QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
APPLICATION = QgsApplication([], False)
APPLICATION.initQgis()
sys.path[:0] = [str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"), str(TESTS.parent)]

from processing.core.Processing import Processing  # noqa: E402

Processing.initialize()

import beatplan  # noqa: E402

PLUGIN = beatplan.classFactory(None)
PLUGIN.initProcessing()


@atexit.register
def _leave() -> None:
    PLUGIN.unload()
    shutil.rmtree(_SCRATCH, ignore_errors=True)
