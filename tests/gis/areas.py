#!/usr/bin/python3
"""Compares `area_km2` of a coverage folder with the areas GDAL computes in an equal-area projection.

    tests/gis/areas.py FOLDER...

Needs Debian's python3-gdal. Exit code 1 if a feature of more than a hectare is off by more than 0.1 % and what rounding its corners to six decimals can do (5 cm along its edge), or if the hexagons do
not add up to the territory in area, people, outlets and roads.
"""
import json
import pathlib
import sys

from osgeo import ogr, osr

ogr.UseExceptions()
osr.UseExceptions()


def projected(feature, to_equal_area):
    """Area and length of the edge, in square kilometres and kilometres."""
    shape = ogr.CreateGeometryFromJson(json.dumps(feature["geometry"]))
    # Edges are straight in degrees: more corners, so that the projection does not cut them short.
    shape.Segmentize(0.005)
    shape.Transform(to_equal_area)
    return shape.GetArea() / 1e6, shape.Boundary().Length() / 1e3


def features(folder, layer):
    path = folder / f"{layer}.geojson"
    return json.loads(path.read_text())["features"] if path.exists() else []


def check(folder):
    faults, worst, compared = [], 0.0, 0
    (territory,) = features(folder, "territory")
    ring = territory["geometry"]["coordinates"][0][0]
    lon, lat = (sum(at[axis] for at in ring) / len(ring) for axis in (0, 1))
    degrees, equal_area = osr.SpatialReference(), osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    equal_area.ImportFromProj4(f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m")
    to_equal_area = osr.CoordinateTransformation(degrees, equal_area)
    for layer in ("territory", "admin_areas", "coverage_cells", "isochrones", "where_next"):
        for feature in features(folder, layer):
            properties = feature["properties"]
            expected, edge_km = projected(feature, to_equal_area)
            if "area_km2" not in properties or expected < 0.01:
                continue
            off = abs(properties["area_km2"] - expected)
            worst, compared = max(worst, off / expected), compared + 1
            if off > 1e-3 * expected + 5e-5 * edge_km:
                faults.append(f"{layer}: {properties} has {expected:.5f} km2 by GDAL")
    cells = [cell["properties"] for cell in features(folder, "coverage_cells")]
    for key, slack in (("area_km2", 1e-3), ("population", 0), ("outlets", 0), ("customers", 0), ("road_km", 1e-3)):
        whole = territory["properties"][key]
        if whole is not None and abs(sum(cell[key] for cell in cells) - whole) > slack * max(whole, 1):
            faults.append(f"the hexagons have {sum(cell[key] for cell in cells)} {key}, the territory {whole}")
    print(f"{folder}: {compared} areas, the worst off by {worst * 100:.4f} %, {len(cells)} hexagons")
    return faults


def main():
    faults = [fault for folder in sys.argv[1:] for fault in check(pathlib.Path(folder))]
    print("\n".join(faults))
    return 1 if faults or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
