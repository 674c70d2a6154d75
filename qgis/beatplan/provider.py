"""The group "beatplan" in the toolbox of Processing, and its one setting."""

from __future__ import annotations

from pathlib import Path

from processing.core.ProcessingConfig import ProcessingConfig, Setting
from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms.check import CheckList
from .algorithms.coverage import Coverage
from .algorithms.discover import DiscoverOutlets
from .algorithms.plan import PlanVisits
from .algorithms.plan_from_list import PlanVisitsFromList
from .program import PROGRAM_SETTING
from .texts import text

ICON = Path(__file__).with_name("icon.svg")


class BeatplanProvider(QgsProcessingProvider):
    """Offers the algorithms; their ids begin with `beatplan:`."""

    def id(self) -> str:
        return "beatplan"

    def name(self) -> str:
        return "beatplan"

    def longName(self) -> str:  # noqa: N802
        return text("provider.long_name")

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:  # noqa: N802
        return str(ICON)

    def load(self) -> bool:
        """Adds the setting to Options > Processing > Providers, then the algorithms."""
        ProcessingConfig.settingIcons[self.name()] = self.icon()
        ProcessingConfig.addSetting(
            Setting(self.name(), PROGRAM_SETTING, text("setting.program"), "", valuetype=Setting.FILE)
        )
        ProcessingConfig.readSettings()
        self.refreshAlgorithms()
        return True

    def unload(self) -> None:
        ProcessingConfig.removeSetting(PROGRAM_SETTING)

    def loadAlgorithms(self) -> None:  # noqa: N802
        for algorithm in (PlanVisits, PlanVisitsFromList, Coverage, DiscoverOutlets, CheckList):
            self.addAlgorithm(algorithm())
