"""Writes a point layer as a list for the program: a CSV with `lon` and `lat` in WGS-84 and all other fields."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Optional

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

from .texts import text

#: Fields with a position or a datum; the geometry is used instead. Spelt as in `_plain`.
_POSITION_FIELDS = frozenset(
    ["lon", "longitude", "lng", "long", "经度", "东经", "lat", "latitude", "纬度", "北纬"]
    + ["datum", "crs", "coordinatesystem", "坐标系", "坐标系统", "坐标类型", "坐标来源"]
)


def write_list(
    source: QgsProcessingFeatureSource,
    path: Path,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    id_field: Optional[str] = None,
    name_field: Optional[str] = None,
    number_as_id: bool = False,
) -> int:
    """Writes all features of `source` that have a geometry, and returns how many.

    `id_field` and `name_field` are written as the columns `id` and `name`. With `number_as_id` the number QGIS gives
    to a feature becomes its `id`. Of a multipoint the first point counts. Features without a geometry are written
    without coordinates, so that the program tells of them.

    Raises QgsProcessingException where the layer cannot be brought to WGS-84.
    """
    renamed = {old: new for old, new in [(id_field, "id"), (name_field, "name")] if old}
    taken = set(renamed.values()) | ({"id"} if number_as_id else set())
    kept = [
        (index, renamed.get(field.name(), field.name()))
        for index, field in enumerate(source.fields())
        if field.name() in renamed
        or (_plain(field.name()) not in _POSITION_FIELDS and _plain(field.name()) not in taken)
    ]
    if not source.sourceCrs().isValid():
        raise QgsProcessingException(text("error.layer_without_crs", layer=source.sourceName()))
    request = QgsFeatureRequest()
    request.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"), context.transformContext())
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((["id"] if number_as_id else []) + [name for _, name in kept] + ["lon", "lat"])
        for feature in source.getFeatures(request):
            if feedback.isCanceled():
                break
            lon_lat = ["", ""]
            if feature.hasGeometry() and not feature.geometry().isEmpty():
                point = next(feature.geometry().vertices())
                lon_lat = [f"{point.x():.7f}", f"{point.y():.7f}"]
            number = [str(feature.id())] if number_as_id else []
            writer.writerow(number + [_cell(feature[index]) for index, _ in kept] + lon_lat)
            count += 1
    return count


def _plain(header: str) -> str:
    """Returns a header as the program compares it: without case, blanks, hyphens and underscores."""
    return "".join(sign for sign in header.casefold() if sign not in " -_　")


def _cell(value: object) -> str:
    """Returns a value as text: dates in ISO 8601, booleans as true and false, NULL as an empty text."""
    if value is None or value == NULL:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (QDate, QTime, QDateTime)):
        return value.toString(Qt.DateFormat.ISODate)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(one) for one in value)
    return str(value)
