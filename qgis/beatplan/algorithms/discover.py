"""Discover outlets: the outlets of the map, as a layer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, Optional

from qgis.core import (
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from .. import program
from ..layers import dress
from ..texts import text
from .base import BeatplanAlgorithm

_STYLE = Path(__file__).parent.parent / "styles" / "outlets.qml"


class DiscoverOutlets(BeatplanAlgorithm):
    """Lists the outlets on a map; the layer has the columns of any list of the program."""

    NAME = "discover_outlets"
    GROUP = "lists"

    def initAlgorithm(self, _configuration: Optional[Dict[str, Any]] = None) -> None:  # noqa: N802
        self.add(QgsProcessingParameterFile("EXTRACT", fileFilter=text("filter.extract")))
        self.add(QgsProcessingParameterString("KINDS", optional=True))
        self.add(QgsProcessingParameterString("WITHIN", optional=True))
        self.add(QgsProcessingParameterFeatureSink("OUTLETS", type=QgsProcessing.TypeVectorPoint))
        self.addOutput(QgsProcessingOutputNumber("COUNT", text("COUNT")))

    def processAlgorithm(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        command = ["prospects", "discover", self.parameterAsFile(parameters, "EXTRACT", context)]
        for option, name in [("--kinds", "KINDS"), ("--within", "WITHIN")]:
            if value := self.given(parameters, name, context):
                command += [option, value]
        feedback.pushInfo(text("info.discover"))
        with tempfile.TemporaryDirectory(prefix="beatplan-") as folder:
            path = Path(folder) / "outlets.geojson"
            outcome = program.run([*command, "-o", str(path)], feedback, result=path)
            if outcome.cancelled:
                return {}
            layer = QgsVectorLayer(str(path), "outlets", "ogr")
            if not layer.isValid():
                raise QgsProcessingException(text("error.unreadable_result", path=path))
            sink, target = self.parameterAsSink(
                parameters, "OUTLETS", context, layer.fields(), layer.wkbType(), layer.crs()
            )
            if sink is None:
                raise QgsProcessingException(self.invalidSinkError(parameters, "OUTLETS"))
            if not sink.addFeatures(layer.getFeatures(), QgsFeatureSink.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, "OUTLETS"))
            count = layer.featureCount()
            # Closed before the folder is removed: Windows does not remove open files.
            del layer
        dress(target, "outlets", context, _STYLE)
        return {"OUTLETS": target, "COUNT": count}
