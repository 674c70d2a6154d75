#!/usr/bin/python3
"""The plugin in a real QGIS without a screen, with the real program: `qgis/tests/run.sh`.

Numbers are held against the files the program wrote, read without QGIS, and against the program's own answers.
"""

from __future__ import annotations

import compileall
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from in_qgis import BEATPLAN, COUNTY, MALTA  # first: it starts QGIS

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingException,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtGui import QColor

import processing
from beatplan import layers, program, texts
from support import Case, Heard, ask, features, left_unfinished, offers

DAY = "2026-11-25"
MALTA_TERRITORY = str(MALTA / "territory.toml")
MALTA_MAP = str(MALTA / "malta.osm.pbf")
MALTA_HOME = "14.420832,35.908900 [EPSG:4326]"


def malta_layer() -> QgsVectorLayer:
    """Malta's list as QGIS opens it: a point layer with all its columns as text."""
    return QgsVectorLayer(
        f"{(MALTA / 'prospects.csv').as_uri()}?delimiter=,&xField=lon&yField=lat&crs=EPSG:4326&detectTypes=no",
        "malta",
        "delimitedtext",
    )


def in_mercator(layer: QgsVectorLayer) -> QgsVectorLayer:
    """A copy in EPSG:3857."""
    parameters = {"INPUT": layer, "TARGET_CRS": QgsCoordinateReferenceSystem("EPSG:3857"), "OUTPUT": "memory:"}
    return processing.run("native:reprojectlayer", parameters)["OUTPUT"]


class Words(Case):
    """Names and help."""

    def algorithms(self) -> list:
        return QgsApplication.processingRegistry().providerById("beatplan").algorithms()

    def test_there_are_five_algorithms_and_each_parameter_has_its_help(self) -> None:
        names = sorted(one.id() for one in self.algorithms())
        self.assertEqual(
            names,
            [f"beatplan:{name}" for name in
             ("check_list", "coverage", "discover_outlets", "plan_visits", "plan_visits_from_list")],
        )
        for one in self.algorithms():
            self.assertFalse(one.icon().isNull())
            self.assertGreater(len(one.shortHelpString()), 80, one.id())
            for parameter in one.parameterDefinitions():
                self.assertGreater(len(parameter.help()), 15, f"{one.id()} {parameter.name()}")

    def test_a_chinese_qgis_shows_chinese_words(self) -> None:
        with mock.patch.object(QgsApplication, "locale", lambda *_: "zh_CN"):
            shown = [one.create() for one in self.algorithms()]
            for one in shown:
                words = [one.displayName(), one.group(), one.shortHelpString()]
                words += [parameter.description() for parameter in one.parameterDefinitions()]
                for word in words:
                    self.assertTrue(any("\u4e00" <= sign <= "\u9fff" for sign in word), f"{one.id()}: {word}")
        self.assertEqual(texts.language(), "en")

    def test_every_sentence_is_there_in_both_languages_with_the_same_gaps(self) -> None:
        def gaps(sentence: str) -> set:
            return {part.split("}")[0] for part in sentence.split("{")[1:]}

        for key, both in texts.TEXTS.items():
            self.assertEqual(len(both), 2, key)
            self.assertTrue(all(both), key)
            self.assertEqual(gaps(both[0]), gaps(both[1]), key)


class Plans(Case):
    """Plan visits, with and without a territory file."""

    def test_a_plan_of_malta_has_the_features_of_its_files(self) -> None:
        out = self.folder / "plan"
        results = self.run_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=DAY, EFFORT=0, OUTPUT=str(out))
        self.assertEqual(results["OUTPUT"], str(out))
        for name in ("routes", "stops", "prospects"):
            layer = QgsVectorLayer(results[name.upper()], name, "ogr")
            self.assertTrue(layer.isValid(), name)
            self.assertEqual(layer.featureCount(), len(features(out / f"{name}.geojson")), name)
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        self.assertEqual(summary["dates"], [DAY])
        self.assertEqual(summary["effort"], "quick")

    def test_days_and_a_date_of_qgis_are_passed_on(self) -> None:
        out = self.folder / "plan"
        day = QDate(2026, 11, 25)
        self.run_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=day, DAYS=2, EFFORT=0, OUTPUT=str(out))
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        self.assertEqual(summary["dates"], [DAY, "2026-11-26"])

    def test_without_a_date_it_is_tomorrow(self) -> None:
        out = self.folder / "plan"
        day_before = datetime.datetime.now(datetime.timezone.utc).date()
        self.run_it("plan_visits", TERRITORY=MALTA_TERRITORY, EFFORT=0, OUTPUT=str(out))
        planned = json.loads((out / "summary.json").read_text(encoding="utf-8"))["dates"][0]
        # Malta is an hour or two ahead of UTC.
        self.assertIn((datetime.date.fromisoformat(planned) - day_before).days, (1, 2))

    def test_the_layers_are_in_the_project_with_points_above_lines(self) -> None:
        out = self.folder / "plan"
        self.load_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=DAY, EFFORT=0, OUTPUT=str(out))
        loaded = QgsProject.instance().layerTreeRoot().layerOrder()
        self.assertTrue(all(layer.isValid() for layer in loaded))
        names = [layer.name() for layer in loaded if layer.name() in ("Stops", "Prospects", "Routes")]
        self.assertEqual(names, ["Stops", "Prospects", "Routes"])

    def test_the_layers_stay_out_of_the_project_if_not_wanted(self) -> None:
        out = self.folder / "plan"
        self.load_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=DAY, EFFORT=0, LOAD=False, OUTPUT=str(out))
        self.assertEqual(QgsProject.instance().mapLayers(), {})
        self.assertTrue((out / "stops.geojson").exists())

    def test_a_plan_of_the_county_says_which_rows_need_a_person(self) -> None:
        heard, out = Heard(), self.folder / "plan"
        results = self.run_it(
            "plan_visits", heard, TERRITORY=str(COUNTY / "territory.toml"), DATE=DAY, EFFORT=0, OUTPUT=str(out)
        )
        self.assertGreater(QgsVectorLayer(results["STOPS"], "", "ogr").featureCount(), 0)
        self.assertEqual(
            QgsVectorLayer(results["PROSPECTS"], "", "ogr").featureCount(), len(features(out / "prospects.geojson"))
        )
        self.assertTrue(heard.warnings)

    def test_a_layer_gives_the_plan_its_own_list_gives(self) -> None:
        common = {"MAP": MALTA_MAP, "HOME": MALTA_HOME, "TIMEZONE": "Europe/Malta", "DATE": DAY, "EFFORT": 0}
        by_file, by_layer = self.folder / "file", self.folder / "layer"
        self.run_it("plan_visits_from_list", LIST_FILE=str(MALTA / "prospects.csv"), OUTPUT=str(by_file), **common)
        self.run_it("plan_visits_from_list", LIST_LAYER=malta_layer(), OUTPUT=str(by_layer), **common)
        for name in ("stops.geojson", "prospects.geojson"):
            self.assertEqual(features(by_layer / name), features(by_file / name), name)

    def test_a_layer_in_another_projection_lies_where_it_lay(self) -> None:
        out = self.folder / "plan"
        self.run_it(
            "plan_visits_from_list", MAP=MALTA_MAP, LIST_LAYER=in_mercator(malta_layer()), HOME=MALTA_HOME,
            MODE=1, TIMEZONE="Europe/Malta", DATE=DAY, EFFORT=0, OUTPUT=str(out),
        )
        lay = {one["id"]: one.geometry().asPoint() for one in malta_layer().getFeatures()}
        written = features(out / "prospects.geojson")
        self.assertEqual({one["properties"]["id"] for one in written}, set(lay))
        for one in written:
            lon, lat = one["geometry"]["coordinates"]
            was = lay[one["properties"]["id"]]
            self.assertLess(max(abs(lon - was.x()), abs(lat - was.y())), 1.1e-6, one["properties"]["id"])
        self.assertEqual({one["properties"]["mode"] for one in features(out / "routes.geojson")}, {"ebike"})

    def shops(self, heard: Heard, **parameters: object) -> list:
        """The properties of a plan's prospects, from a layer of two shops whose only field is `sign`."""
        layer = QgsVectorLayer("Point?crs=EPSG:4326&field=sign:string", "shops", "memory")
        for sign, lon, lat in [("Left", 14.42, 35.9), ("Right", 14.45, 35.89)]:
            feature = QgsFeature(layer.fields())
            feature["sign"] = sign
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(lon, lat)))
            layer.dataProvider().addFeature(feature)
        out = self.folder / "plan"
        self.run_it(
            "plan_visits_from_list", heard, MAP=MALTA_MAP, LIST_LAYER=layer, HOME=MALTA_HOME,
            TIMEZONE="Europe/Malta", DATE=DAY, EFFORT=0, OUTPUT=str(out), **parameters,
        )
        return [one["properties"] for one in features(out / "prospects.geojson")]

    def test_the_fields_with_name_and_id_may_be_said(self) -> None:
        heard = Heard()
        self.assertEqual([one["name"] for one in self.shops(heard, NAME_FIELD="sign")], ["Left", "Right"])
        self.assertEqual([one["id"] for one in self.shops(heard, ID_FIELD="sign")], ["Left", "Right"])
        self.assertNotIn(texts.text("info.number_as_id"), heard.infos)

    def test_points_without_id_and_name_go_by_their_numbers(self) -> None:
        heard = Heard()
        self.assertEqual([one["id"] for one in self.shops(heard)], ["1", "2"])
        self.assertIn(texts.text("info.number_as_id"), heard.infos)

    def test_one_list_and_only_one_must_be_given(self) -> None:
        common = {"MAP": MALTA_MAP, "HOME": MALTA_HOME, "OUTPUT": str(self.folder / "plan")}
        both = {"LIST_LAYER": malta_layer(), "LIST_FILE": str(MALTA / "prospects.csv")}
        for lists in ({}, both):
            with self.assertRaisesRegex(QgsProcessingException, "either as a layer or as a file"):
                self.run_it("plan_visits_from_list", **common, **lists)

    def test_what_needs_a_person_is_a_warning_and_the_plan_is_loaded(self) -> None:
        lists = self.folder / "list.csv"
        lists.write_text(
            "id,name,lon,lat,must_visit,opening_hours\n1,Night,14.42,35.9,true,02:00-03:00\n2,Day,14.43,35.9,,\n",
            encoding="utf-8",
        )
        heard = Heard()
        results = self.run_it(
            "plan_visits_from_list", heard, MAP=MALTA_MAP, LIST_FILE=str(lists), HOME=MALTA_HOME,
            TIMEZONE="Europe/Malta", DATE=DAY, EFFORT=0, OUTPUT=str(self.folder / "plan"),
        )
        self.assertEqual(QgsVectorLayer(results["STOPS"], "", "ogr").featureCount(), 1)
        self.assertEqual(len(heard.warnings), 1)
        self.assertRegex(heard.warnings[0], "Needs a person: .*Night.* must be visited but is not")


class CoverageMaps(Case):
    """Coverage."""

    def check(self, territory: Path) -> None:
        out = self.folder / "coverage"
        results = self.run_it("coverage", TERRITORY=str(territory), DATE=DAY, OUTPUT=str(out))
        written = layers.written_layers(out)
        self.assertEqual(set(written), {path.stem for path in out.glob("*.geojson")})
        for name, source in written.items():
            layer = QgsVectorLayer(source, name, "ogr")
            self.assertTrue(layer.isValid(), name)
            self.assertEqual(layer.featureCount(), len(features(out / f"{name}.geojson")), name)
            self.assertIn(name, layers.DRAWING_ORDER)
        for name in ("admin_areas", "coverage_cells", "outlets"):
            self.assertEqual(results[name.upper()], written[name])
        self.assertGreater(len(features(out / "coverage_cells.geojson")), 10)

    def test_malta(self) -> None:
        self.check(MALTA / "territory.toml")

    def test_the_county(self) -> None:
        self.check(COUNTY / "territory.toml")

    def test_areas_are_below_points_in_the_project(self) -> None:
        self.load_it("coverage", TERRITORY=MALTA_TERRITORY, DATE=DAY, OUTPUT=str(self.folder / "coverage"))
        order = [layer.name() for layer in QgsProject.instance().layerTreeRoot().layerOrder()]
        ours = [texts.text(f"layer.{name}") for name in reversed(layers.DRAWING_ORDER)]
        self.assertEqual(order, [name for name in ours if name in order])
        self.assertGreaterEqual(len(order), 6)

    def test_a_plan_folder_is_passed_on_or_said_to_be_of_no_use(self) -> None:
        plan, out, heard = self.folder / "plan", self.folder / "coverage", Heard()
        self.run_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=DAY, EFFORT=0, OUTPUT=str(plan))
        results = self.run_it(
            "coverage", heard, TERRITORY=MALTA_TERRITORY, DATE=DAY, PLAN=str(plan), OUTPUT=str(out)
        )
        if "--plan" in program.options("coverage"):
            self.assertIn("ON_THE_WAY", results)
        else:
            self.assertIn(texts.text("warning.no_plan_option"), heard.warnings)


class ForQgis(Case):
    """Folders that bring their styles: GeoPackage with `layer_styles`, GeoJSON with .qml beside it."""

    def styled_folder(self, package: bool) -> Path:
        """A folder with one point layer whose style draws it in an unusual colour."""
        folder = self.folder / "styled"
        folder.mkdir()
        layer = QgsVectorLayer("Point?crs=EPSG:4326&field=id:string", "stops", "memory")
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(14.4, 35.9)))
        layer.dataProvider().addFeature(feature)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName = ("GPKG", "stops") if package else ("GeoJSON", "stops")
        path = folder / ("territory.gpkg" if package else "stops.geojson")
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsProject.instance().transformContext(), options)
        written = QgsVectorLayer(f"{path}|layername=stops" if package else str(path), "stops", "ogr")
        symbol = QgsSymbol.defaultSymbol(written.geometryType())
        symbol.setColor(QColor("#123456"))
        written.setRenderer(QgsSingleSymbolRenderer(symbol))
        if package:
            written.saveStyleToDatabase("stops", "", True, "")
        else:
            written.saveNamedStyle(str(path.with_suffix(".qml")))
        return folder

    def load(self, folder: Path) -> QgsVectorLayer:
        """The layer, after a stand-in that writes the folder has been run as a plan."""
        out = self.folder / "plan"
        self.stand_in(
            'case "$*" in *--help*) echo "  --out <DIR>  --format <F>  --lang <L>";; '
            f'*) echo "$*" > "{self.folder}/asked"; mv "{folder}" "{out}"; echo "{{}}";; esac'
        )
        self.load_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=DAY, OUTPUT=str(out))
        (layer,) = QgsProject.instance().mapLayers().values()
        return layer

    def test_a_geopackage_is_preferred_and_wears_its_default_style(self) -> None:
        layer = self.load(self.styled_folder(package=True))
        self.assertIn("territory.gpkg|layername=stops", layer.source())
        self.assertEqual(layer.renderer().symbol().color().name(), "#123456")
        asked = (self.folder / "asked").read_text(encoding="utf-8")
        self.assertIn("--format qgis --lang en", asked)

    @unittest.skipUnless(offers("coverage", "--format"), "this beatplan has no coverage --format qgis")
    def test_coverage_comes_styled(self) -> None:
        self.load_it("coverage", TERRITORY=MALTA_TERRITORY, DATE=DAY, OUTPUT=str(self.folder / "coverage"))
        found = {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}
        for layer in found.values():
            self.assertIn("territory.gpkg", layer.source())
        self.assertNotIsInstance(found["Coverage cells"].renderer(), QgsSingleSymbolRenderer)

    def test_geojson_wears_the_style_beside_it(self) -> None:
        layer = self.load(self.styled_folder(package=False))
        self.assertEqual(layer.renderer().symbol().color().name(), "#123456")

    @unittest.skipUnless(offers("plan", "--format"), "this beatplan has no plan --format qgis")
    def test_the_program_s_own_folder_comes_styled(self) -> None:
        out = self.folder / "plan"
        # The second plan replaces the first while its layers are open.
        for day in (DAY, "2026-11-26"):
            self.load_it("plan_visits", TERRITORY=MALTA_TERRITORY, DATE=day, EFFORT=0, OUTPUT=str(out))
        found = {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}
        filled = {name for name in layers.written_layers(out) if features(out / f"{name}.geojson")}
        self.assertEqual(set(found), {texts.text(f"layer.{name}") for name in filled})
        for layer in found.values():
            self.assertTrue(layer.isValid(), layer.name())
            self.assertIn("territory.gpkg", layer.source())
        stops = found["Stops"]
        self.assertTrue(stops.labelsEnabled())
        self.assertNotIsInstance(stops.renderer(), QgsSingleSymbolRenderer)
        self.assertEqual(
            {one["id"]: one["date"].toString("yyyy-MM-dd") for one in stops.getFeatures()},
            {one["properties"]["id"]: one["properties"]["date"] for one in features(out / "stops.geojson")},
        )


class Lists(Case):
    """Discover outlets and Check list."""

    def test_discovered_outlets_are_those_of_the_program(self) -> None:
        results = self.run_it("discover_outlets", EXTRACT=MALTA_MAP, OUTLETS="TEMPORARY_OUTPUT")
        told = ask("prospects", "discover", MALTA_MAP, "-o", self.folder / "outlets.geojson")
        self.assertEqual(results["COUNT"], told["outlets"])
        layer = results["OUTLETS"]
        self.assertEqual(layer.featureCount(), told["outlets"])
        self.assertEqual(
            {one["id"] for one in layer.getFeatures()},
            {one["properties"]["id"] for one in features(self.folder / "outlets.geojson")},
        )

    def test_kinds_and_area_are_passed_on(self) -> None:
        results = self.run_it("discover_outlets", EXTRACT=MALTA_MAP, KINDS="chemist", OUTLETS="TEMPORARY_OUTPUT")
        self.assertEqual({one["outlet_type"] for one in results["OUTLETS"].getFeatures()}, {"chemist"})

    def test_discovered_outlets_are_coloured_by_kind(self) -> None:
        self.load_it("discover_outlets", EXTRACT=MALTA_MAP, OUTLETS=str(self.folder / "outlets.gpkg"))
        (layer,) = QgsProject.instance().mapLayers().values()
        self.assertIsInstance(layer.renderer(), QgsCategorizedSymbolRenderer)
        self.assertEqual(layer.renderer().classAttribute(), "outlet_type")

    def test_a_good_list_has_no_faults(self) -> None:
        results = self.run_it("check_list", LISTS=[str(MALTA / "prospects.csv")], FAULTS="TEMPORARY_OUTPUT")
        self.assertEqual((results["ROWS_GOOD"], results["ROWS_AT_FAULT"]), (173, 0))
        self.assertEqual([one for one in results["FAULTS"].getFeatures() if one["kind"] == "fault"], [])

    def test_the_faults_of_the_county_are_those_of_the_program(self) -> None:
        territory = COUNTY / "territory.toml"
        told = ask("prospects", "check", "--territory", territory)
        results = self.run_it("check_list", TERRITORY_OF_LISTS=str(territory), FAULTS="TEMPORARY_OUTPUT")
        expected = [
            (Path(one["file"]).name, fault["row"], fault["column"], fault["found"])
            for one in told["lists"] for fault in one["faults"]
        ]
        found = [
            (Path(one["file"]).name, one["row"], one["column"], one["found"])
            for one in results["FAULTS"].getFeatures() if one["kind"] == "fault"
        ]
        self.assertEqual(found, expected)
        self.assertGreater(len(found), 20)
        self.assertEqual(results["ROWS_GOOD"], sum(one["rows_good"] for one in told["lists"]))

    def test_faults_are_told_in_the_log(self) -> None:
        lists, heard = self.folder / "list.csv", Heard()
        lists.write_text('id,name,lon,lat\n1,a,14.4,"35,9"\n', encoding="utf-8")
        self.run_it("check_list", heard, LISTS=[str(lists)], FAULTS="TEMPORARY_OUTPUT")
        self.assertEqual(len(heard.warnings), 1)
        self.assertRegex(heard.warnings[0], r"list\.csv, row 2, column “lat”: found “35,9”, expected a decimal degree")

    def test_a_list_that_cannot_be_read_is_an_error(self) -> None:
        lists = self.folder / "list.csv"
        lists.write_text("foo,bar\n1,2\n", encoding="utf-8")
        with self.assertRaisesRegex(QgsProcessingException, 'lacks the column "id"'):
            self.run_it("check_list", LISTS=[str(lists)], FAULTS="TEMPORARY_OUTPUT")

    def test_something_must_be_checked(self) -> None:
        with self.assertRaisesRegex(QgsProcessingException, "at least one list"):
            self.run_it("check_list", FAULTS="TEMPORARY_OUTPUT")


class Outside(Case):
    """The plugin in the hands of QGIS's own tools."""

    @unittest.skipUnless(shutil.which("qgis_process"), "there is no qgis_process (apt-get install qgis)")
    def test_qgis_process_runs_the_algorithms(self) -> None:
        environment = {
            **os.environ,
            "PATH": f"{Path(BEATPLAN).parent}{os.pathsep}{os.environ['PATH']}",
            "QGIS_PLUGINPATH": str(Path(__file__).resolve().parent.parent),
        }

        def qgis_process(*arguments: object) -> "subprocess.CompletedProcess[str]":
            command = ["qgis_process", *map(str, arguments)]
            return subprocess.run(
                command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )

        qgis_process("plugins", "enable", "beatplan")
        out = self.folder / "plan"
        plan = ("run", "beatplan:plan_visits", "--EFFORT=0", f"--DATE={DAY}", f"--OUTPUT={out}")
        ran = qgis_process(*plan, f"--TERRITORY={MALTA_TERRITORY}")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertGreater(len(features(out / "stops.geojson")), 10)
        refused = qgis_process(*plan, f"--TERRITORY={self.folder}/none.toml")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("none.toml cannot be read", refused.stdout)

    def test_the_zip_holds_the_plugin(self) -> None:
        package = Path(__file__).resolve().parent.parent / "package.py"
        made = subprocess.run(
            [sys.executable, str(package), str(self.folder)], stdout=subprocess.PIPE, text=True, check=True
        )
        with zipfile.ZipFile(made.stdout.strip()) as archive:
            archive.extractall(self.folder)
        metadata = (self.folder / "beatplan" / "metadata.txt").read_text(encoding="utf-8")
        for key in ("name", "qgisMinimumVersion", "description", "about", "version", "author", "email", "repository"):
            self.assertRegex(metadata, rf"(?m)^{key}=.+$")
        for path in ("__init__.py", "texts.json", "icon.svg", "styles/outlets.qml", "LICENSE"):
            self.assertTrue((self.folder / "beatplan" / path).exists(), path)
        self.assertEqual(compileall.compile_dir(self.folder / "beatplan", quiet=1), 1)


class WhatGoesWrong(Case):
    """Errors, and the user's "cancel"."""

    def plan(self, feedback: object = None, **parameters: object) -> dict:
        usual = {"TERRITORY": MALTA_TERRITORY, "DATE": DAY, "OUTPUT": str(self.folder / "plan")}
        return self.run_it("plan_visits", feedback, **{**usual, **parameters})

    def test_a_program_that_is_nowhere_is_told_with_how_to_install_it(self) -> None:
        self.use("")
        nowhere = {"PATH": str(self.folder), "HOME": str(self.folder)}
        told = self.assertRaisesRegex(QgsProcessingException, "not found.*cargo install")
        with mock.patch.dict(os.environ, nowhere), told:
            self.plan()

    def test_a_wrong_path_in_the_options_is_told(self) -> None:
        with self.assertRaises(ValueError):
            self.use(self.folder / "nothing")
        program_gone = self.stand_in("exit 0")
        program_gone.unlink()
        with self.assertRaisesRegex(QgsProcessingException, "stand-in is not a program.*Options"):
            self.plan()

    def test_the_program_on_path_is_used_where_the_options_say_nothing(self) -> None:
        self.use("")
        (self.folder / "beatplan").symlink_to(BEATPLAN)
        with mock.patch.dict(os.environ, {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"}):
            self.assertEqual(program.find(), str(self.folder / "beatplan"))

    def test_a_broken_territory_file_is_told_in_the_program_s_words(self) -> None:
        territory = self.folder / "territory.toml"
        territory.write_text('nam = "x"\n', encoding="utf-8")
        with self.assertRaisesRegex(QgsProcessingException, 'unknown key "nam"; did you mean "name"'):
            self.plan(TERRITORY=str(territory))

    def test_all_faults_of_a_broken_list_are_told_and_nothing_is_written(self) -> None:
        lists = self.folder / "list.csv"
        lists.write_text('id,name,lon,lat\n1,a,14.4,"35,9"\n2,b,x,35.9\n', encoding="utf-8")
        with self.assertRaises(QgsProcessingException) as raised:
            self.run_it(
                "plan_visits_from_list", MAP=MALTA_MAP, LIST_FILE=str(lists), HOME=MALTA_HOME, DATE=DAY,
                OUTPUT=str(self.folder / "plan"),
            )
        self.assertIn('row 2, column "lat": found "35,9"', str(raised.exception))
        self.assertIn('row 3, column "lon": found "x"', str(raised.exception))
        self.assertFalse((self.folder / "plan").exists())

    def test_a_folder_in_use_is_left_alone(self) -> None:
        (self.folder / "plan").mkdir()
        (self.folder / "plan" / "thesis.doc").write_text("mine", encoding="utf-8")
        with self.assertRaisesRegex(QgsProcessingException, "holds thesis.doc"):
            self.plan()

    def test_a_version_without_the_command_is_told(self) -> None:
        self.stand_in("echo 'error: unrecognized subcommand' >&2; exit 2")
        with self.assertRaisesRegex(QgsProcessingException, "no command “coverage”; install a newer version"):
            self.run_it("coverage", TERRITORY=MALTA_TERRITORY, OUTPUT=str(self.folder / "coverage"))

    def test_cancelling_ends_the_program_within_a_second_and_leaves_nothing(self) -> None:
        self.plan(EFFORT=0)
        earlier = {path.name: path.read_bytes() for path in (self.folder / "plan").iterdir()}
        started = []
        real_start = program._start

        def start(command: list) -> object:
            started.append(real_start(command))
            return started[-1]

        with mock.patch.object(program, "_start", start):
            heard = Heard(cancel_after=0.3)
            began = time.monotonic()
            results = self.plan(heard, EFFORT=2, DAYS=5)
            took = time.monotonic() - began
        self.assertEqual(results, {})
        self.assertGreaterEqual(took, 0.3)
        self.assertLess(took, 1.3)
        self.assertIsNotNone(started[-1].poll(), "the program is still running")
        self.assertEqual(left_unfinished(self.folder), [])
        now = {path.name: path.read_bytes() for path in (self.folder / "plan").iterdir()}
        self.assertEqual(now, earlier)

    def test_a_program_that_will_not_end_is_ended_and_its_leftovers_go(self) -> None:
        out = self.folder / "plan"
        (self.folder / ".beatplan-other").mkdir()
        self.plan(EFFORT=0)
        # As if it were stopped between moving the former plan aside and putting the new one in its place.
        mine = self.folder / ".beatplan-mine"
        self.stand_in(
            'case "$*" in *--help*) echo "--out";; '
            f'*) trap "" TERM; mkdir -p "{mine}/new"; mv "{out}" "{mine}/old"; '
            "while :; do sleep 0.1; done;; esac"
        )
        began = time.monotonic()
        self.assertEqual(self.plan(Heard(cancel_after=0.5)), {})
        self.assertLess(time.monotonic() - began, 0.5 + 1.5)
        self.assertTrue((out / "stops.geojson").exists(), "the former plan is gone")
        self.assertEqual(left_unfinished(self.folder), [self.folder / ".beatplan-other"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
