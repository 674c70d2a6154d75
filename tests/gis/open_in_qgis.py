#!/usr/bin/python3
"""Opens folders written with --format qgis in the real QGIS, without a screen, and looks at everything a manager would.

    apt-get install python3-qgis qgis-providers
    /usr/bin/python3 tests/gis/open_in_qgis.py FOLDER…

Of the project: every layer is valid, has its CRS, symbols for all its features, and paints something; labels appear; the
map tips and expressions can be worked out; captions are there; moments fit; the first page of the atlas is not blank. Of
the GeoPackage alone and each GeoJSON: the default style loads. Exit code 0 if all is well, 1 if not.
"""
import os
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = tempfile.mkdtemp(prefix="beatplan-qgis-")

from qgis.core import (  # noqa: E402
    QgsApplication, QgsCoordinateTransform, QgsExpression, QgsExpressionContext, QgsExpressionContextUtils,
    QgsLayoutExporter, QgsMapRendererCustomPainterJob, QgsMapSettings, QgsProject, QgsRenderContext, QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, Qt  # noqa: E402
from qgis.PyQt.QtGui import QImage, QPainter  # noqa: E402

faults = []


def check(is_well, what):
    if not is_well:
        faults.append(what)


def colours(image):
    """How many different colours a picture has, looked at in a grid."""
    return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)})


def picture(layers, project, extent):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setExtent(extent)
    settings.setOutputSize(QSize(700, 500))
    image = QImage(700, 500, QImage.Format_ARGB32)
    image.fill(Qt.white)
    painter = QPainter(image)
    job = QgsMapRendererCustomPainterJob(settings, painter)
    job.start()
    job.waitForFinished()
    painter.end()
    return image


def expressions(layer):
    """All that is worked out for each feature: labels, map tip, times."""
    if layer.labelsEnabled():
        yield layer.labeling().settings().fieldName
    for part in layer.mapTipTemplate().split("[%")[1:]:
        yield part.split("%]")[0]
    times = layer.temporalProperties()
    if times.isActive():
        yield times.startExpression()
        yield times.endExpression()


def look_at_layer(layer, where):
    check(layer.isValid(), f"{where}: not valid")
    check(layer.crs().authid() == "EPSG:4326", f"{where}: CRS {layer.crs().authid()}")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFields(layer.fields())
    feature = next(layer.getFeatures())
    context.setFeature(feature)
    for text in expressions(layer):
        expression = QgsExpression(text)
        expression.evaluate(context)
        fault = expression.parserErrorString() or expression.evalErrorString()
        check(not fault, f"{where}: {text}: {fault}")
    times = layer.temporalProperties()
    if times.isActive():
        moments = [QgsExpression(text) for text in (times.startExpression(), times.endExpression())]
        start, end = (moment.evaluate(context) for moment in moments)
        if start is None or end is None:
            faults.append(f"{where}: the temporal controller gets {start} and {end} of {feature['hours']}")
            return
        hours = f"{start.toString('HH:mm')}-{end.toString('HH:mm')}"
        check(hours == feature["hours"], f"{where}: the temporal controller has {hours}, the field {feature['hours']}")
    render = QgsRenderContext()
    render.setExpressionContext(context)
    renderer = layer.renderer().clone()
    renderer.startRender(render, layer.fields())
    for feature in layer.getFeatures():
        render.expressionContext().setFeature(feature)
        if not renderer.willRenderFeature(feature, render):
            faults.append(f"{where}: feature {feature.id()} has no symbol")
            break
    renderer.stopRender(render)


def look_at_project(folder):
    project = QgsProject.instance()
    check(project.read(os.path.join(folder, "territory.qgz")), f"{folder}: the project cannot be read")
    layers = project.mapLayers().values()
    check(bool(layers), f"{folder}: the project has no layers")
    view = project.viewSettings().defaultViewExtent()
    for layer in layers:
        where = f"{folder}|{layer.name()}"
        look_at_layer(layer, where)
        extent = QgsCoordinateTransform(layer.crs(), project.crs(), project).transformBoundingBox(layer.extent())
        check(view.contains(extent), f"{where}: reaches out of the view that opens")
        extent.grow(300)
        check(colours(picture([layer], project, extent)) > 1, f"{where}: paints nothing")
    layout = project.layoutManager().layouts()[0]
    atlas = layout.atlas()
    check(atlas.enabled() and atlas.coverageLayer() is not None, f"{folder}: no atlas")
    atlas.beginRender()
    check(atlas.count() == atlas.coverageLayer().featureCount(), f"{folder}: {atlas.count()} pages")
    atlas.first()
    check(bool(atlas.nameForPage(0)), f"{folder}: the first page has no name")
    page = QgsLayoutExporter(layout).renderPageToImage(0, QSize(900, 636))
    check(colours(page.copy(40, 80, 500, 480)) > 5, f"{folder}: the map of the first page is blank")
    check(colours(page.copy(600, 60, 290, 560)) > 3, f"{folder}: list and legend of the first page are blank")
    print(f"{folder}: {len(layers)} layers, {atlas.count()} pages, QGIS {project.lastSaveVersion().text()}")


def look_at_files(folder):
    package = os.path.join(folder, "territory.gpkg")
    for name in sorted(os.listdir(folder)):
        stem, ending = os.path.splitext(name)
        if ending != ".qml":
            continue
        layer = QgsVectorLayer(os.path.join(folder, stem + ".geojson"), stem, "ogr")
        check(layer.isValid(), f"{folder}/{stem}.geojson: not valid")
        if layer.featureCount() == 0:
            continue
        check(layer.loadDefaultStyle()[1], f"{folder}/{name}: no style")
        table = QgsVectorLayer(f"{package}|layername={stem}", stem, "ogr")
        look_at_layer(layer, f"{folder}/{stem}.geojson")
        check(table.loadDefaultStyle()[1], f"{package}|{stem}: no default style")
        look_at_layer(table, f"{package}|{stem}")
        check(table.featureCount() == layer.featureCount(), f"{package}|{stem}: {table.featureCount()} features")
        check(table.attributeDisplayName(1) != table.fields()[1].name(), f"{package}|{stem}: no captions")


def main(folders):
    QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
    app = QgsApplication([], False)
    app.initQgis()
    for folder in map(os.path.abspath, folders):
        look_at_files(folder)
        look_at_project(folder)
    for fault in faults:
        print(f"FAULT {fault}")
    sys.stdout.flush()
    # QGIS takes its layers apart in an order of its own, and may crash over it.
    os._exit(1 if faults else 0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
