#!/usr/bin/env python3
"""Writes 20 territories that cannot be planned, each broken in its own way, and what must be said of each.

    tests/drill/break_territories.py GOOD_FOLDER OUT
    tests/drill/break_territories.py GOOD_FOLDER OUT --mend

Each is a copy of the first territory below GOOD_FOLDER (see benches/nights/make_territories.py) with one thing wrong.
Written: `OUT/<kind>.toml`, its lists and maps in `OUT/<kind>/`, and `OUT/expected.csv` with the words that must stand in
one line of what is told of it, a vertical bar between them. With `--mend` the same territories without the fault.
"""

import argparse
import csv
import io
import os
import re
import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Territory:
    """A territory file in the making, its lists, and the folder for both."""

    folder: Path
    kind: str
    toml: str
    prospects: list
    visits: list

    def beside(self, name, content):
        """Writes a file of this territory's own; returns the path as its territory file would give it."""
        path = self.folder / self.kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return f"{self.kind}/{name}"

    def replace(self, pattern, by):
        """Replaces the one place that matches `pattern` at the beginning of a line."""
        self.toml, times = re.subn(f"(?m)^{pattern}", lambda _: by, self.toml)
        if times != 1:
            sys.exit(f"{self.kind}: {pattern!r} matches {times} places of\n{self.toml}")

    def set(self, key, value):
        self.replace(rf"{key} = .*$", f"{key} = {value}")

    def write(self):
        self.beside("prospects.csv", table(self.prospects))
        self.beside("visits.csv", table(self.visits))
        self.file.write_text(self.toml, encoding="utf-8")

    @property
    def file(self):
        return self.folder / f"{self.kind}.toml"

    @property
    def extract(self):
        return (self.folder / tomllib.loads(self.toml)["osm"]).read_bytes()


# --- What is wrong ------------------------------------------------------------------------------
# Each kind: what it does to the territory, after which nothing more is written if it returns True; and what must be said.


def no_such_extract(t):
    t.set("osm", '"nowhere.osm.pbf"')


def extract_is_a_web_page(t):
    t.set("osm", f'"{t.beside("page.osm.pbf", "<!DOCTYPE html><html><body>404 Not Found</body></html>")}"')


def extract_cut_short(t):
    t.set("osm", f'"{t.beside("cut.osm.pbf", t.extract[:200_000])}"')


def list_missing(t):
    t.replace('file = ".*/prospects.csv"$', 'file = "outlets.csv"')


def list_without_places(t):
    for row in t.prospects:
        del row["lon"], row["lat"], row["address"]


def bad_row(t):
    t.prospects[11]["visited_on"] = "2026-02-30"


def swapped_axes(t):
    for row in t.prospects:
        row["lon"], row["lat"] = row["lat"], row["lon"]


def home_in_the_sea(t):
    lon, lat = tomllib.loads(t.toml)["rep"][0]["home"]
    t.set("home", f"[{lon - 3:.6f}, {lat:.6f}]")


def unknown_key(t):
    t.replace("shift = ", "shfit = ")


def syntax_error(t):
    t.set("timezone", tomllib.loads(t.toml)["timezone"])


def empty_file(t):
    t.toml = ""


def binary_file(t):
    t.write()
    t.file.write_bytes(bytes(range(256)) * 40)
    return True


def shift_backwards(t):
    t.set("shift", '"18:00-09:00"')


def unknown_time_zone(t):
    t.set("timezone", '"Europe/Gozo"')


def no_rep(t):
    t.toml = t.toml.partition("[[rep]]")[0]


def two_of_one_name(t):
    t.toml += t.toml[t.toml.index("[[rep]]"):]


def empty_list(t):
    t.prospects = t.prospects[:1]
    t.write()
    t.beside("prospects.csv", "")
    return True


def log_at_fault(t):
    t.visits[4]["visited_on"] = "yesterday"


def calendar_at_fault(t):
    t.beside("holidays.csv", "date,until,kind,counts_as,name\n2026-12-25,,holyday,,Christmas\n")
    t.toml += f'\n[calendar]\nfile = "{t.kind}/holidays.csv"\n'


def link_to_nowhere(t):
    t.write()
    t.file.unlink()
    t.file.symlink_to("moved-away.toml")
    return True


KINDS = [
    (no_such_extract, "no-such-extract.toml, line 2|nowhere.osm.pbf"),
    (extract_is_a_web_page, "page.osm.pbf|expected an OpenStreetMap PBF file"),
    (extract_cut_short, "cut.osm.pbf, offset |fetch the "),
    (list_missing, "list-missing.toml, line 6|outlets.csv"),
    (list_without_places, 'list-without-places/prospects.csv lacks the column "lon"'),
    (bad_row, 'bad-row/prospects.csv, row 13|"visited_on"|2026-02-30'),
    (swapped_axes, "prospects.csv|longitude and latitude exchanged"),
    (home_in_the_sea, "home-in-the-sea|home of Ana|no usable road within 200 m"),
    (unknown_key, 'unknown-key.toml, line 15|"shfit"|"shift"'),
    (syntax_error, "syntax-error.toml, line 3|quoted"),
    (empty_file, 'empty-file.toml|"timezone" is missing'),
    (binary_file, "binary-file.toml|UTF-8"),
    (shift_backwards, "shift-backwards.toml, line 15|18:00-09:00"),
    (unknown_time_zone, "unknown-time-zone.toml, line 3|Europe/Gozo"),
    (no_rep, "no-rep.toml|[[rep]]"),
    (two_of_one_name, "two-of-one-name.toml, line 17|Ana"),
    (empty_list, "empty-list/prospects.csv is empty"),
    (log_at_fault, 'log-at-fault/visits.csv, row 6|"visited_on"|yesterday'),
    (calendar_at_fault, "calendar-at-fault/holidays.csv, row 2|holyday"),
    (link_to_nowhere, "link-to-nowhere.toml cannot be read|No such file"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("good", type=Path, metavar="GOOD_FOLDER")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--mend", action="store_true", help="write them without the fault")
    args = parser.parse_args()
    write_territories(args.good, args.out, args.mend)


def kind_of(breaks):
    return breaks.__name__.replace("_", "-")


def write_territories(good, out, mended=False):
    """Writes all kinds into the folder `out`, broken or mended; an earlier `out` is replaced."""
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    model = min(good.glob("*.toml"), default=None) or sys.exit(f"{good}: there is no territory in it")
    for breaks, _ in KINDS:
        territory = copy(model, out, kind_of(breaks))
        written = breaks(territory) if not mended else None
        if not written:
            territory.write()
    with open(out / "expected.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["kind", "words"])
        rows.writerows((kind_of(breaks), words) for breaks, words in KINDS)


def copy(model, out, kind):
    """Map, lists and the first home of the territory file `model`, with one representative."""
    settings = tomllib.loads(model.read_text(encoding="utf-8"))
    osm = os.path.relpath(model.parent / settings["osm"], out)
    home = settings["rep"][0]["home"]
    toml = f"""name = "{kind}"
osm = "{osm}"
timezone = "{settings['timezone']}"

[[prospects]]
file = "{kind}/prospects.csv"

[visits]
file = "{kind}/visits.csv"

[[rep]]
name = "Ana"
home = [{home[0]}, {home[1]}]
mode = "car"
shift = "09:00-18:00"
"""
    prospects = rows_of(model.parent / settings["prospects"][0]["file"])
    for row in prospects:
        row.pop("rep", None)
    return Territory(out, kind, toml, prospects, rows_of(model.parent / settings["visits"]["file"]))


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(rows):
    """Rows as CSV."""
    text = io.StringIO()
    written = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    main()
