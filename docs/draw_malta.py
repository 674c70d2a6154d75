#!/usr/bin/python3
"""Draws the pictures of the documentation from folders written with --format qgis, with QGIS, without a screen.

    apt-get install python3-qgis qgis-providers gdal-bin
    beatplan plan data/malta/territory.toml --date 2026-11-25 --format qgis --out plan
    beatplan coverage data/malta/territory.toml --date 2026-11-25 --format qgis --out coverage
    /usr/bin/python3 docs/draw_malta.py plan docs/malta.png data/malta/malta.osm.pbf
    /usr/bin/python3 docs/draw_malta.py coverage docs/coverage.png data/malta/malta.osm.pbf

The project is drawn as it opens, with its own styles; below it, in grey, the roads of the map; beside it its legend. Map data
© OpenStreetMap contributors, ODbL 1.0.
"""
import os
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OSM_USE_CUSTOM_INDEXING", "NO")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = tempfile.mkdtemp(prefix="beatplan-qgis-")

from qgis.core import (  # noqa: E402
    QgsApplication, QgsLayerTreeModel, QgsLegendRenderer, QgsLegendSettings, QgsLegendStyle, QgsLineSymbol,
    QgsMapRendererCustomPainterJob, QgsMapSettings, QgsProject, QgsRenderContext, QgsRuleBasedRenderer, QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor, QImage, QPainter  # noqa: E402

SIZE = QSize(1500, 1000)
DPI = 110


def roads(osm):
    lines = QgsVectorLayer(f"{osm}|layername=lines", "roads", "ogr")
    if not lines.isValid():
        sys.exit(f"{osm}: QGIS cannot read it")
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


def draw_map(project, layers):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(SIZE)
    settings.setOutputDpi(DPI)
    image = QImage(SIZE, QImage.Format_ARGB32)
    image.fill(QColor("#fbfaf7"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    job = QgsMapRendererCustomPainterJob(settings, painter)
    job.start()
    job.waitForFinished()
    painter.end()
    return image


def draw_legend(image, project):
    """In the lower left corner, where Malta has only sea."""
    for node in project.layerTreeRoot().findLayers():
        if not node.isVisible():
            node.parent().removeChildNode(node)
    settings = QgsLegendSettings()
    for style in (QgsLegendStyle.Group, QgsLegendStyle.Subgroup, QgsLegendStyle.SymbolLabel):
        item = settings.style(style)
        font = item.font()
        font.setPointSizeF(8.5)
        font.setBold(style != QgsLegendStyle.SymbolLabel)
        item.setFont(font)
        settings.setStyle(style, item)
    model = QgsLayerTreeModel(project.layerTreeRoot())
    renderer = QgsLegendRenderer(model, settings)
    size = renderer.minimumSize()
    dots = DPI / 25.4
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.translate(8, SIZE.height() - size.height() * dots - 8)
    painter.scale(dots, dots)
    context = QgsRenderContext.fromQPainter(painter)
    context.setScaleFactor(dots)
    renderer.drawLegend(context)
    painter.end()


def main(folder, out, osm):
    QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
    app = QgsApplication([], False)
    app.initQgis()
    project = QgsProject.instance()
    if not project.read(os.path.join(folder, "territory.qgz")):
        sys.exit(f"{folder}: QGIS cannot read territory.qgz")
    root = project.layerTreeRoot()
    shown = [layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()]
    image = draw_map(project, shown + [roads(osm)])
    draw_legend(image, project)
    image.convertToFormat(QImage.Format_RGB888).save(out)
    print(f"{out}: {SIZE.width()} × {SIZE.height()}", flush=True)
    # QGIS takes its layers apart in an order of its own, and may crash over it; the picture is written.
    os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
