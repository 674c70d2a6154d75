"""Check list: all faults of lists, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from .. import program
from ..texts import text
from .base import BeatplanAlgorithm

#: The values of `--datum`, in the order of the parameter.
DATUMS = ["wgs84", "gcj02", "bd09"]

#: Maximum number of faults in the log; the table has all of them.
_LOGGED = 100


class Finding(NamedTuple):
    """One row of the table."""

    #: The name of the list.
    file: str
    #: The row of the file, counted from 1 with the header; None for the whole file.
    row: Optional[int]
    column: Optional[str]
    found: Optional[str]
    message: str
    #: `fault`: the row cannot be used. `doubt`: the row is used and should be checked. `remark`: a note on the whole list.
    kind: str

    def sentence(self) -> str:
        """Returns the fault in the words of the program."""
        if self.row is None:
            return self.message
        return text("check.sentence", **self._asdict())


class CheckList(BeatplanAlgorithm):
    """Reads lists as a plan does, and reports their faults."""

    NAME = "check_list"
    GROUP = "lists"

    def initAlgorithm(self, _configuration: Optional[Dict[str, Any]] = None) -> None:  # noqa: N802
        self.add(
            QgsProcessingParameterMultipleLayers("LISTS", layerType=QgsProcessing.TypeFile, optional=True)
        )
        self.add(QgsProcessingParameterFile("TERRITORY_OF_LISTS", extension="toml", optional=True))
        datums = [text(f"datum.{datum}") for datum in DATUMS]
        self.add(QgsProcessingParameterEnum("DATUM", options=datums, defaultValue=0), advanced=True)
        self.add(
            QgsProcessingParameterFile("MAP_OF_LISTS", optional=True, fileFilter=text("filter.map")), advanced=True
        )
        self.add(QgsProcessingParameterFeatureSink("FAULTS", type=QgsProcessing.TypeVector))
        for name in ("ROWS_GOOD", "ROWS_AT_FAULT"):
            self.addOutput(QgsProcessingOutputNumber(name, text(name)))

    def checkParameterValues(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext
    ) -> Tuple[bool, str]:
        """Requires a list or a territory."""
        if not parameters.get("LISTS") and not parameters.get("TERRITORY_OF_LISTS"):
            return False, text("error.no_list")
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(  # noqa: N802
        self, parameters: Dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        outcome = program.run(self._command(parameters, context), feedback)
        if outcome.cancelled:
            return {}
        lists = outcome.json()["lists"]
        findings = list(_findings(lists))
        _tell(lists, findings, feedback)
        good, at_fault = (sum(one[key] for one in lists) for key in ("rows_good", "rows_at_fault"))
        target = self._write(findings, parameters, context)
        return {"FAULTS": target, "ROWS_GOOD": good, "ROWS_AT_FAULT": at_fault}

    def _command(self, parameters: Dict[str, Any], context: QgsProcessingContext) -> List[str]:
        # Without lists QGIS gives one empty name.
        lists = [file for file in self.parameterAsFileList(parameters, "LISTS", context) if file]
        command = ["prospects", "check", *lists]
        command += ["--datum", DATUMS[self.parameterAsEnum(parameters, "DATUM", context)]]
        for option, name in [("--territory", "TERRITORY_OF_LISTS"), ("--osm", "MAP_OF_LISTS")]:
            if value := self.given(parameters, name, context):
                command += [option, value]
        return command

    def _write(self, findings: List[Finding], parameters: Dict[str, Any], context: QgsProcessingContext) -> str:
        fields = QgsFields()
        for name in Finding._fields:
            fields.append(QgsField(name, QVariant.Int if name == "row" else QVariant.String))
        sink, target = self.parameterAsSink(parameters, "FAULTS", context, fields, QgsWkbTypes.NoGeometry)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "FAULTS"))
        for finding in findings:
            feature = QgsFeature(fields)
            feature.setAttributes(list(finding))
            if not sink.addFeature(feature, QgsFeatureSink.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, "FAULTS"))
        return target


def _findings(lists: List[Dict[str, Any]]) -> Iterator[Finding]:
    """Returns all faults, doubts and remarks, list by list."""
    for one in lists:
        file = one["file"]
        for kind, key in [("fault", "faults"), ("doubt", "doubts")]:
            for found in one[key]:
                message = text("check.expected", expected=found["expected"])
                yield Finding(file, found["row"], found["column"], found["found"], message, kind)
        for remark in one["remarks"]:
            yield Finding(file, None, None, None, remark["message"], "remark")


def _tell(lists: List[Dict[str, Any]], findings: List[Finding], feedback: QgsProcessingFeedback) -> None:
    """Writes the log: a line for each list, then its faults as warnings and the rest as information."""
    for one in lists:
        feedback.pushInfo(
            text(
                "check.list",
                file=Path(one["file"]).name,
                good=one["rows_good"],
                at_fault=one["rows_at_fault"],
                encoding=one["encoding"] or one["sheet"],
            )
        )
    for finding in findings[:_LOGGED]:
        push = feedback.pushWarning if finding.kind == "fault" else feedback.pushInfo
        push(finding.sentence())
    if len(findings) > _LOGGED:
        feedback.pushInfo(text("check.more", count=len(findings) - _LOGGED))
