"""Coverage: customers and white space of a territory."""

from __future__ import annotations

from typing import Any, Dict, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
)

from ..texts import text
from .folder_result import FolderAlgorithm


class Coverage(FolderAlgorithm):
    """Coverage of a territory by area and hexagon, gaps, and where to go next."""

    NAME = "coverage"
    GROUP = "coverage"
    COMMAND = "coverage"
    OUTPUT_LAYERS = (
        "admin_areas",
        "coverage_cells",
        "search_here",
        "isochrones",
        "outlets",
        "where_next",
        "half_day_routes",
        "half_day_stops",
        "on_the_way",
        "alignment",
    )
    ALWAYS_LOADED = ("admin_areas", "coverage_cells", "search_here", "outlets")

    def initAlgorithm(self, _configuration: Optional[Dict[str, Any]] = None) -> None:  # noqa: N802
        self.add(QgsProcessingParameterFile("TERRITORY", extension="toml"))
        self.add_date()
        self.add(QgsProcessingParameterFile("PLAN", behavior=QgsProcessingParameterFile.Folder, optional=True))
        self.add_result()

    def processAlgorithm(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        arguments = [
            self.parameterAsFile(parameters, "TERRITORY", context),
            *self.date_option(parameters, context),
        ]
        if plan := self.given(parameters, "PLAN", context):
            if "--plan" in self.offered():
                arguments += ["--plan", plan]
            else:
                feedback.pushWarning(text("warning.no_plan_option"))
        return self.run_into_folder(arguments, parameters, context, feedback)
