"""Common parts of the algorithms that write a folder of layers: plans and coverage."""

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

#: The codes of remarks that set exit code 1; a test of the program compares them with its own.
_NEEDS_A_PERSON = frozenset(
    [
        "changes_max_exceeded",
        "no_position",
        "row_left_out",
        "nothing_inside",
        "nothing_planned",
        "mandatory_not_served",
        "must_visit_impossible",
        "pinned_impossible",
        "appointment_impossible",
    ]
)


class FolderAlgorithm(BeatplanAlgorithm):
    """Runs a command of the program that writes a folder, and loads its layers."""

    #: The program's command.
    COMMAND = ""
    #: Layers that are outputs, for further steps of a model.
    OUTPUT_LAYERS: Sequence[str] = ()
    #: Layers that are loaded even if they are empty.
    ALWAYS_LOADED: Sequence[str] = ()

    def add_date(self) -> None:
        """Adds the day; empty for the default of the program."""
        self.add(
            QgsProcessingParameterDateTime("DATE", type=QgsProcessingParameterDateTime.Date, optional=True)
        )

    def add_result(self) -> None:
        """Adds the folder, the choice to load it, and its layers."""
        self.add(QgsProcessingParameterBoolean("LOAD", defaultValue=True), advanced=True)
        self.add(QgsProcessingParameterFolderDestination("OUTPUT"))
        for name in self.OUTPUT_LAYERS:
            title = text(f"layer.{name}")
            self.addOutput(QgsProcessingOutputVectorLayer(name.upper(), title, QgsProcessing.TypeVectorAnyGeometry))

    def date_option(self, parameters: Dict[str, Any], context: QgsProcessingContext) -> List[str]:
        """Returns the option `--date` if a day is given.

        Raises QgsProcessingException if the value is not a day.
        """
        if parameters.get("DATE") in (None, ""):
            return []
        date = self.parameterAsDateTime(parameters, "DATE", context).date()
        if not date.isValid():
            raise QgsProcessingException(text("error.no_date", found=parameters["DATE"]))
        return ["--date", date.toString("yyyy-MM-dd")]

    def result_folder(self, parameters: Dict[str, Any], context: QgsProcessingContext) -> Path:
        """Returns the folder to write."""
        return Path(self.parameterAsString(parameters, "OUTPUT", context))

    def offered(self) -> FrozenSet[str]:
        """Returns the options of the command in the installed version.

        Raises QgsProcessingException if that version does not have the command.
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
        """Runs `beatplan COMMAND ARGUMENTS --out OUTPUT`, with `--format qgis` if the version has it, and loads the result."""
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
    """Returns the messages of a summary that need a person; all its messages if no such code is known."""
    remarks = summary.get("remarks") or []
    urgent = [remark["message"] for remark in remarks if remark.get("code") in _NEEDS_A_PERSON]
    return urgent or [remark["message"] for remark in remarks] or [text("warning.see_summary")]
