"""What the algorithms share whose result is a folder of layers: plans and coverage."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Sequence

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFolderDestination,
)

from .. import program
from ..layers import has_features, load, written_layers
from ..texts import language, text
from .base import BeatplanAlgorithm

#: Remarks with these codes are why the program ends with exit code 1.
_NEEDS_A_PERSON = frozenset(
    [
        "changes_max_exceeded",
        "no_position",
        "row_left_out",
        "nothing_planned",
        "mandatory_not_served",
        "must_visit_impossible",
        "pinned_impossible",
        "appointment_impossible",
    ]
)


class FolderAlgorithm(BeatplanAlgorithm):
    """Runs a command of the program that writes a folder, and loads the layers in it."""

    #: The program's command.
    COMMAND = ""
    #: Layers that are outputs, so that models can go on with them.
    OUTPUT_LAYERS: Sequence[str] = ()
    #: Layers that are loaded even if nothing is in them.
    ALWAYS_LOADED: Sequence[str] = ()

    def add_date(self) -> None:
        """The day, to be left empty for the program's usual day."""
        self.add(
            QgsProcessingParameterDateTime("DATE", type=QgsProcessingParameterDateTime.Date, optional=True)
        )

    def add_result(self) -> None:
        """The folder, whether to load it, and the layers in it."""
        self.add(QgsProcessingParameterBoolean("LOAD", defaultValue=True), advanced=True)
        self.add(QgsProcessingParameterFolderDestination("OUTPUT"))
        for name in self.OUTPUT_LAYERS:
            title = text(f"layer.{name}")
            self.addOutput(QgsProcessingOutputVectorLayer(name.upper(), title, QgsProcessing.TypeVectorAnyGeometry))

    def date_option(self, parameters: Dict[str, Any], context: QgsProcessingContext) -> List[str]:
        """`--date`, where a day is given.

        Raises QgsProcessingException where what is given is no day.
        """
        if parameters.get("DATE") in (None, ""):
            return []
        date = self.parameterAsDateTime(parameters, "DATE", context).date()
        if not date.isValid():
            raise QgsProcessingException(text("error.no_date", found=parameters["DATE"]))
        return ["--date", date.toString("yyyy-MM-dd")]

    def result_folder(self, parameters: Dict[str, Any], context: QgsProcessingContext) -> Path:
        """The folder to write."""
        return Path(self.parameterAsString(parameters, "OUTPUT", context))

    def offered(self) -> FrozenSet[str]:
        """The options of the command in the installed version.

        Raises QgsProcessingException where that version lacks the command.
        """
        offered = program.options(self.COMMAND)
        if "--out" not in offered:
            raise QgsProcessingException(text("error.no_command", command=self.COMMAND, path=program.find()))
        return offered

    def run_into_folder(
        self,
        arguments: Sequence[str],
        parameters: Dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Dict[str, Any]:
        """Runs `beatplan COMMAND ARGUMENTS --out OUTPUT`, for QGIS where the version can, and loads what it wrote."""
        folder = self.result_folder(parameters, context)
        offered = self.offered()
        command = [self.COMMAND, *arguments, "--out", str(folder)]
        if "--format" in offered:
            command += ["--format", "qgis"]
        if "--lang" in offered:
            command += ["--lang", language()]
        feedback.pushInfo(text(f"info.{self.COMMAND}"))
        outcome = program.run(command, feedback, result=folder)
        if outcome.cancelled:
            return {}
        if outcome.exit_code == program.NEEDS_A_PERSON:
            for message in reasons(outcome.json()):
                feedback.pushWarning(text("warning.needs_a_person", message=message))
        return self._results(folder, parameters, context, feedback)

    def _results(
        self,
        folder: Path,
        parameters: Dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Dict[str, Any]:
        results: Dict[str, Any] = {"OUTPUT": str(folder)}
        for name, source in written_layers(folder).items():
            output = name.upper() if name in self.OUTPUT_LAYERS else ""
            if output:
                results[output] = source
            wanted = self.parameterAsBool(parameters, "LOAD", context)
            if wanted and (name in self.ALWAYS_LOADED or has_features(source)):
                load(source, name, output, context)
        project = folder / "territory.qgz"
        if project.exists():
            feedback.pushInfo(text("info.project", path=project))
        return results


def reasons(summary: Dict[str, Any]) -> List[str]:
    """What in a summary needs a person; all its remarks where none is known to."""
    remarks = summary.get("remarks") or []
    urgent = [remark["message"] for remark in remarks if remark.get("code") in _NEEDS_A_PERSON]
    return urgent or [remark["message"] for remark in remarks] or [text("warning.see_summary")]
