"""Loads results of the program into the project, in the order of drawing and with their styles."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

from qgis.core import (
    QgsLayerTree,
    QgsLayerTreeLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProviderRegistry,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from .texts import TEXTS, text

#: The layers of the program, from the bottom of the map to the top.
DRAWING_ORDER = [
    "territory",
    "isochrones",
    "coverage_cells",
    "admin_areas",
    "where_next",
    "legs",
    "routes",
    "half_day_routes",
    "prospects",
    "outlets",
    "alignment",
    "adherence",
    "on_the_way",
    "search_here",
    "phone_calls",
    "half_day_stops",
    "stops",
    "issues",
    "homes",
]

#: In which layers of the project the order is kept.
_RANK = "beatplan/rank"

#: QGIS calls these after the algorithm object is gone; whoever is still needed is kept here.
_waiting: List["StyledLayer"] = []


def written_layers(folder: Path) -> Dict[str, str]:
    """The layers in a folder of results: name → data source, from the bottom of the map to its top.

    Those of `territory.gpkg` if it is there, as its fields have types and captions; else the GeoJSON files.
    """
    package = folder / "territory.gpkg"
    if package.exists():
        details = QgsProviderRegistry.instance().providerMetadata("ogr").querySublayers(str(package))
        sources = {found.name(): f"{package}|layername={found.name()}" for found in details}
        sources.pop("layer_styles", None)
    else:
        # A name with another dot is a copy in a shifted datum.
        files = (file for file in folder.glob("*.geojson") if "." not in file.stem)
        sources = {file.stem: str(file) for file in files}
    return {name: sources[name] for name in sorted(sources, key=lambda name: (_rank(name), name))}


def has_features(source: str) -> bool:
    """Returns whether the layer has features; a layer that QGIS cannot read has none."""
    layer = QgsVectorLayer(source, "", "ogr", QgsVectorLayer.LayerOptions(loadDefaultStyle=False))
    return layer.isValid() and layer.hasFeatures() == QgsVectorLayer.FeatureAvailability.FeaturesAvailable


def load(
    source: str, name: str, output: str, context: QgsProcessingContext, style: Optional[Path] = None
) -> None:
    """Has QGIS take the layer into the project when the algorithm is done.

    `style` is a .qml file; without it the layer wears the style its file brings: from `layer_styles` of the
    GeoPackage, or from the .qml beside the GeoJSON.
    """
    title = text(f"layer.{name}") if f"layer.{name}" in TEXTS else name
    details = QgsProcessingContext.LayerDetails(title, context.project(), output)
    # Since QGIS 3.32.
    if hasattr(details, "layerSortKey"):
        details.layerSortKey = _rank(name)
    details.setPostProcessor(_post_processor(name, style))
    context.addLayerToLoadOnCompletion(source, details)


def dress(layer_id: str, name: str, context: QgsProcessingContext, style: Path) -> None:
    """Applies the style in `style`, a .qml file, to an output that QGIS loads itself."""
    if context.willLoadLayerOnCompletion(layer_id):
        context.layerToLoadOnCompletionDetails(layer_id).setPostProcessor(_post_processor(name, style))


def _rank(name: str) -> int:
    return DRAWING_ORDER.index(name) if name in DRAWING_ORDER else len(DRAWING_ORDER)


def _post_processor(name: str, style: Optional[Path]) -> "StyledLayer":
    _waiting[:] = [one for one in _waiting if not sip.isdeleted(one)]
    _waiting.append(StyledLayer(_rank(name), style))
    return _waiting[-1]


class StyledLayer(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer its style and its place in the list of layers, once it is in the project."""

    def __init__(self, rank: int, style: Optional[Path]) -> None:
        super().__init__()
        self._rank = rank
        self._style = style

    def postProcessLayer(  # noqa: N802
        self, layer: QgsVectorLayer, context: QgsProcessingContext, _feedback: QgsProcessingFeedback
    ) -> None:
        """Called by QGIS in its main thread."""
        if self._style is not None:
            layer.loadNamedStyle(str(self._style))
        else:
            layer.loadDefaultStyle()
        layer.triggerRepaint()
        layer.setCustomProperty(_RANK, self._rank)
        project = context.project()
        node = project.layerTreeRoot().findLayer(layer.id()) if project else None
        # Newer versions of QGIS add it to the list later and put it in order themselves.
        if node is not None:
            _sink_below_higher(node, self._rank)


def _sink_below_higher(node: QgsLayerTreeLayer, rank: int) -> None:
    """Moves a layer that QGIS put on top below the layers of the program that belong above it."""
    parent = node.parent()
    siblings = parent.children()
    here = siblings.index(node)
    place = here + 1
    while place < len(siblings) and _rank_of(siblings[place]) > rank:
        place += 1
    if place > here + 1:
        parent.insertChildNode(place, node.clone())
        parent.removeChildNode(node)


def _rank_of(node: object) -> int:
    """Returns the place of a layer in the order; -1 if it is not a layer of the program."""
    if not QgsLayerTree.isLayer(node) or node.layer() is None:
        return -1
    return int(node.layer().customProperty(_RANK, -1))
