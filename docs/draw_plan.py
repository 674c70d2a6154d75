#!/usr/bin/python3
"""Draws a written plan on its map with QGIS, without a screen.

    apt-get install python3-qgis qgis-providers gdal-bin
    /usr/bin/python3 docs/draw_plan.py PLAN_FOLDER MAP.osm.pbf OUT.png [W,S,E,N]

Layers, from the bottom: roads of the extract, prospects (left out or visited), routes by rep, stops with their
numbers. Map data © OpenStreetMap contributors, ODbL 1.0.
"""
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OSM_USE_CUSTOM_INDEXING", "NO")

from qgis.core import (  # noqa: E402
    QgsApplication, QgsCategorizedSymbolRenderer, QgsCoordinateReferenceSystem, QgsCoordinateTransform,
    QgsLineSymbol, QgsMapRendererParallelJob, QgsMapSettings, QgsMarkerSymbol, QgsPalLayerSettings, QgsProject,
    QgsRectangle, QgsRendererCategory, QgsRuleBasedRenderer, QgsSingleSymbolRenderer, QgsTextFormat,
    QgsVectorLayer, QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor, QFont  # noqa: E402

REP_COLOURS = ["#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#b45309"]
SIZE = QSize(1500, 1000)


def layer(path, name):
    found = QgsVectorLayer(path, name, "ogr")
    if not found.isValid():
        sys.exit(f"{path}: QGIS cannot read it")
    return found


def roads(osm):
    lines = layer(f"{osm}|layername=lines", "roads")
    lines.setSubsetString("highway IS NOT NULL AND highway NOT IN ('footway','path','steps','track','cycleway')")
    root = QgsRuleBasedRenderer.Rule(None)
    for classes, width, colour in [
        ("'motorway','trunk','primary'", "0.55", "#c8c2b6"), ("'secondary','tertiary'", "0.35", "#d6d1c7"),
        (None, "0.15", "#e0dcd4"),
    ]:
        symbol = QgsLineSymbol.createSimple({"line_color": colour, "line_width": width})
        rule = QgsRuleBasedRenderer.Rule(symbol)
        if classes:
            rule.setFilterExpression(f"\"highway\" IN ({classes})")
        else:
            rule.setIsElse(True)
        root.appendChild(rule)
    lines.setRenderer(QgsRuleBasedRenderer(root))
    return lines


def routes(folder):
    lines = layer(os.path.join(folder, "routes.geojson"), "routes")
    reps = sorted(lines.uniqueValues(lines.fields().indexOf("rep")))
    categories = []
    for rep, colour in zip(reps, REP_COLOURS * len(reps)):
        symbol = QgsLineSymbol.createSimple({"line_color": colour, "line_width": "0.8", "capstyle": "round"})
        categories.append(QgsRendererCategory(rep, symbol, rep))
    lines.setRenderer(QgsCategorizedSymbolRenderer("rep", categories))
    return lines, dict(zip(reps, REP_COLOURS * len(reps)))


def stops(folder, colours):
    points = layer(os.path.join(folder, "stops.geojson"), "stops")
    categories = [
        QgsRendererCategory(rep, QgsMarkerSymbol.createSimple(
            {"name": "circle", "color": colour, "outline_color": "white", "outline_width": "0.4", "size": "4.6"}), rep)
        for rep, colour in colours.items()
    ]
    points.setRenderer(QgsCategorizedSymbolRenderer("rep", categories))
    text = QgsTextFormat()
    text.setFont(QFont("DejaVu Sans"))
    text.setSize(7)
    text.setColor(QColor("white"))
    label = QgsPalLayerSettings()
    label.fieldName = "stop_no"
    label.placement = QgsPalLayerSettings.OverPoint
    label.displayAll = True
    label.setFormat(text)
    points.setLabeling(QgsVectorLayerSimpleLabeling(label))
    points.setLabelsEnabled(True)
    return points


def prospects(folder):
    points = layer(os.path.join(folder, "prospects.geojson"), "prospects")
    points.setSubsetString("decision = 'left_out'")
    symbol = QgsMarkerSymbol.createSimple(
        {"name": "circle", "color": "#ffffff", "outline_color": "#6b7280", "outline_width": "0.4", "size": "2.2"})
    points.setRenderer(QgsSingleSymbolRenderer(symbol))
    return points


def main(folder, osm, out, box=None):
    app = QgsApplication([], False)
    app.initQgis()
    route_layer, colours = routes(folder)
    layers = [stops(folder, colours), route_layer, prospects(folder), roads(osm)]
    web = QgsCoordinateReferenceSystem("EPSG:3857")
    wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
    to_web = QgsCoordinateTransform(wgs84, web, QgsProject.instance())
    extent = layers[0].extent()
    extent.combineExtentWith(route_layer.extent())
    if box:
        extent = QgsRectangle(*map(float, box.split(",")))
    else:
        extent.grow(0.02)
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(web)
    settings.setExtent(to_web.transformBoundingBox(extent))
    settings.setOutputSize(SIZE)
    settings.setOutputDpi(110)
    settings.setBackgroundColor(QColor("#fbfaf7"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    if job.errors():
        sys.exit("; ".join(error.message for error in job.errors()))
    job.renderedImage().save(out)
    print(f"{out}: {SIZE.width()} × {SIZE.height()}", flush=True)
    # QGIS takes its layers apart in an order of its own, and may crash over it; the picture is written.
    os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
