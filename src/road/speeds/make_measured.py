#!/usr/bin/env python3
"""Makes `measured.csv` from the published speeds.

    make_measured.py default_speeds.json > measured.csv

The input is `default_speeds.json` of github.com/OpenStreetMapSpeeds/schema, commit c9c6872d (2022-02-14). A line of the
output is a region (ISO 3166-1 or 3166-2; empty for the world) in one density, with speeds in km/h; an empty cell was not
measured, and empty cells at the end of a line are left out. Regions that were not measured at all have no line.
"""

import json
import sys

CLASSES = ["motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "service"]
LINKS = CLASSES[:5]
SERVICES = ["driveway", "alley", "parking_aisle", "drive-through"]

COLUMNS = (CLASSES
           + [f"{name}_link signed" for name in LINKS]
           + [f"{name}_link" for name in LINKS]
           + [f"{name} roundabout" for name in CLASSES]
           + [f"service {kind}" for kind in SERVICES])


def lines(regions):
    for region in regions:
        name = "-".join(region[key] for key in ("iso3166-1", "iso3166-2") if key in region)
        for density in ("rural", "suburban", "urban"):
            speeds = region[density]
            cells = (speeds["way"] + speeds["link_exiting"] + speeds["link_turning"] + speeds["roundabout"]
                     + [speeds[kind] for kind in SERVICES])
            if any(cells):
                yield ",".join([name, density, *("" if cell is None else str(cell) for cell in cells)]).rstrip(",")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        regions = json.load(file)
    print(",".join(["region", "density", *COLUMNS]))
    print("\n".join(sorted(lines(regions))))


main()
