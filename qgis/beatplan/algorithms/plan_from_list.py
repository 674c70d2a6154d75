"""Plan visits without a territory file: from a map, a list and a home."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterPoint,
    QgsProcessingParameterString,
)

from .. import program
from ..list_export import write_list
from ..texts import text
from .plan import PlanAlgorithm

#: The values of `--mode`, in the order of the parameter.
MODES = ["car", "ebike", "motorcycle", "bicycle", "foot"]


class PlanVisitsFromList(PlanAlgorithm):
    """Plans one rep's visits to the outlets of a layer or of a list."""

    NAME = "plan_visits_from_list"

    def initAlgorithm(self, _configuration: Optional[Dict[str, Any]] = None) -> None:  # noqa: N802
        self.add(QgsProcessingParameterFile("MAP", fileFilter=text("filter.map")))
        points = [QgsProcessing.TypeVectorPoint]
        self.add(QgsProcessingParameterFeatureSource("LIST_LAYER", types=points, optional=True))
        self.add(QgsProcessingParameterFile("LIST_FILE", optional=True, fileFilter=text("filter.list")))
        self.add(QgsProcessingParameterPoint("HOME"))
        modes = [text(f"mode.{mode}") for mode in MODES]
        self.add(QgsProcessingParameterEnum("MODE", options=modes, defaultValue=0))
        self.add_extent_of_plan()
        for name in ("ID_FIELD", "NAME_FIELD"):
            field = QgsProcessingParameterField(name, parentLayerParameterName="LIST_LAYER", optional=True)
            self.add(field, advanced=True)
        self.add(QgsProcessingParameterFile("VISITS", optional=True, fileFilter=text("filter.list")), advanced=True)
        self.add(QgsProcessingParameterString("SHIFT", optional=True), advanced=True)
        self.add(QgsProcessingParameterString("TIMEZONE", optional=True), advanced=True)
        self.add_result()

    def checkParameterValues(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext
    ) -> Tuple[bool, str]:
        """Requires exactly one list."""
        given = [name for name in ("LIST_LAYER", "LIST_FILE") if parameters.get(name) not in (None, "")]
        if len(given) != 1:
            return False, text("error.one_list")
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        home = self.parameterAsPoint(parameters, "HOME", context, QgsCoordinateReferenceSystem("EPSG:4326"))
        arguments = [
            *("--osm", self.parameterAsFile(parameters, "MAP", context)),
            # With "=", as a place in the west begins with a minus.
            f"--home={home.x():.7f},{home.y():.7f}",
            *("--mode", MODES[self.parameterAsEnum(parameters, "MODE", context)]),
            *self.extent_options(parameters, context),
        ]
        for option, name in [("--visits", "VISITS"), ("--shift", "SHIFT"), ("--timezone", "TIMEZONE")]:
            if value := self.given(parameters, name, context):
                arguments += [option, value]
        if file := self.given(parameters, "LIST_FILE", context):
            return self.run_into_folder([*arguments, "--prospects", file], parameters, context, feedback)
        # The list holds names and telephone numbers and is removed as soon as it is read.
        with tempfile.TemporaryDirectory(prefix="beatplan-") as folder:
            file = str(self._list_of_layer(Path(folder), parameters, context, feedback))
            if feedback.isCanceled():
                return {}
            return self.run_into_folder([*arguments, "--prospects", file], parameters, context, feedback)

    def _list_of_layer(
        self, folder: Path, parameters: Dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Path:
        """Returns the layer as a list in `folder`; without ids and names the feature numbers of QGIS are the ids."""
        source = self.parameterAsSource(parameters, "LIST_LAYER", context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "LIST_LAYER"))
        id_field = self.given(parameters, "ID_FIELD", context)
        name_field = self.given(parameters, "NAME_FIELD", context)
        path = folder / "list.csv"
        count = write_list(source, path, context, feedback, id_field, name_field)
        feedback.pushInfo(text("info.list_of_layer", count=count, layer=source.sourceName()))
        if not (id_field or name_field or _can_be_told_apart(path)):
            feedback.pushInfo(text("info.number_as_id"))
            write_list(source, path, context, feedback, number_as_id=True)
        return path


def _can_be_told_apart(path: Path) -> bool:
    """Returns whether the program finds ids or names in a list; it derives ids from names."""
    try:
        program.run(["prospects", "check", str(path)], QgsProcessingFeedback(False))
    except QgsProcessingException as refusal:
        return '"id"' not in str(refusal)
    return True
