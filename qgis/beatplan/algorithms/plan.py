"""Plan visits: the days of a territory's reps."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
)

from .folder_result import FolderAlgorithm
from ..texts import text

#: The values of `--effort`, in the order of the parameter.
EFFORTS = ["quick", "normal", "thorough"]


class PlanAlgorithm(FolderAlgorithm):
    """Common parts of both ways to plan: day, days, effort, and the layers of a plan."""

    GROUP = "plan"
    COMMAND = "plan"
    OUTPUT_LAYERS = ("routes", "stops", "prospects")
    ALWAYS_LOADED = OUTPUT_LAYERS

    def add_extent_of_plan(self) -> None:
        """Adds the days and the effort."""
        self.add_date()
        self.add(
            QgsProcessingParameterNumber(
                "DAYS", type=QgsProcessingParameterNumber.Integer, defaultValue=1, minValue=1, maxValue=28
            )
        )
        efforts = [text(f"effort.{effort}") for effort in EFFORTS]
        self.add(QgsProcessingParameterEnum("EFFORT", options=efforts, defaultValue=1))

    def extent_options(self, parameters: Dict[str, Any], context: QgsProcessingContext) -> List[str]:
        """Returns the options `--date`, `--days` and `--effort`."""
        days = self.parameterAsInt(parameters, "DAYS", context)
        effort = EFFORTS[self.parameterAsEnum(parameters, "EFFORT", context)]
        return [*self.date_option(parameters, context), "--days", str(days), "--effort", effort]


class PlanVisits(PlanAlgorithm):
    """Plans the visits of a territory file."""

    NAME = "plan_visits"

    def initAlgorithm(self, _configuration: Optional[Dict[str, Any]] = None) -> None:  # noqa: N802
        self.add(QgsProcessingParameterFile("TERRITORY", extension="toml"))
        self.add_extent_of_plan()
        self.add_result()

    def processAlgorithm(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        territory = self.parameterAsFile(parameters, "TERRITORY", context)
        arguments = [territory, *self.extent_options(parameters, context)]
        return self.run_into_folder(arguments, parameters, context, feedback)
