"""Common parts of all algorithms: texts, and the declaration of parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingDestinationParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtGui import QIcon

from ..texts import text

_ICON = Path(__file__).parent.parent / "icon.svg"


class BeatplanAlgorithm(QgsProcessingAlgorithm):
    """An algorithm whose words are in `texts.json`.

    Their keys there are `ALGORITHM.title` and `ALGORITHM.help`, `PARAMETER` and `PARAMETER.help`.
    """

    #: The name in models and scripts; it is never translated and never changes.
    NAME = ""
    #: `plan`, `coverage` or `lists`.
    GROUP = ""

    def name(self) -> str:
        return self.NAME

    def displayName(self) -> str:  # noqa: N802
        return text(f"{self.NAME}.title")

    def shortHelpString(self) -> str:  # noqa: N802
        return text(f"{self.NAME}.help")

    def group(self) -> str:
        return text(f"group.{self.GROUP}")

    def groupId(self) -> str:  # noqa: N802
        return self.GROUP

    def icon(self) -> QIcon:
        return QIcon(str(_ICON))

    def svgIconPath(self) -> str:  # noqa: N802
        return str(_ICON)

    def createInstance(self) -> "BeatplanAlgorithm":  # noqa: N802
        return type(self)()

    def add(self, parameter: QgsProcessingParameterDefinition, advanced: bool = False) -> None:
        """Declares a parameter under its translated name, with its help; `advanced` ones are folded away."""
        parameter.setDescription(text(parameter.name()))
        parameter.setHelp(text(f"{parameter.name()}.help"))
        if advanced:
            parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.FlagAdvanced)
        if isinstance(parameter, QgsProcessingDestinationParameter):
            self.addParameter(parameter, createOutput=True)
        else:
            self.addParameter(parameter)

    def given(self, parameters: Dict[str, Any], name: str, context: QgsProcessingContext) -> Optional[str]:
        """Returns a text or file parameter; None if it is empty."""
        definition = self.parameterDefinition(name)
        read = self.parameterAsFile if isinstance(definition, QgsProcessingParameterFile) else self.parameterAsString
        return read(parameters, name, context).strip() or None
