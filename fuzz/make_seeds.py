#!/usr/bin/env python3
"""Makes the maps in `seeds/` that fuzzing starts from: a few streets of Gozo with all that hangs on them, in several
layouts of one format.

    venv/bin/pip install osmium==4.3.2
    venv/bin/python fuzz/make_seeds.py data/gozo/gozo.osm.pbf

They are small, and most are not compressed, so that a changed byte changes an object and not just a checksum.
"""

import sys
from pathlib import Path

import osmium

WEST, SOUTH, EAST, NORTH = 14.2560, 36.0390, 14.2595, 36.0415
RELATIONS = {"restriction", "boundary", "multipolygon"}
LAYOUTS = {
    "plain": "pbf_compression=none",
    "zlib": "pbf_compression=zlib",
    "single-nodes": "pbf_compression=none,pbf_dense_nodes=false",
    "locations-on-ways": "pbf_compression=none,locations_on_ways=true",
    "no-metadata": "pbf_compression=none,add_metadata=false",
}


def is_inside(location) -> bool:
    return WEST <= location.lon <= EAST and SOUTH <= location.lat <= NORTH


def chosen(extract: str) -> tuple:
    """Ids of the nodes in the box, the ways that touch it, and the relations of those."""
    nodes, ways, relations, drawn = set(), set(), set(), set()
    for thing in osmium.FileProcessor(extract):
        if thing.is_node() and is_inside(thing.location):
            nodes.add(thing.id)
        elif thing.is_way():
            refs = {node.ref for node in thing.nodes}
            if refs & nodes and len(refs) < 40:
                ways.add(thing.id)
                drawn |= refs
        elif thing.is_relation() and thing.tags.get("type") in RELATIONS and len(thing.members) < 60:
            if any(member.ref in (ways if member.type == "w" else nodes) for member in thing.members):
                relations.add(thing.id)
    return nodes | drawn, ways, relations


def main():
    extract, folder = sys.argv[1], Path(__file__).parent / "seeds"
    nodes, ways, relations = chosen(extract)
    folder.mkdir(exist_ok=True)
    for name, options in LAYOUTS.items():
        out = osmium.io.File(str(folder / f"{name}.osm.pbf"), f"osm.pbf,{options}")
        writer = osmium.SimpleWriter(out, overwrite=True)
        for thing in osmium.FileProcessor(extract).with_locations():
            if thing.is_node() and thing.id in nodes:
                writer.add_node(thing)
            elif thing.is_way() and thing.id in ways:
                writer.add_way(thing)
            elif thing.is_relation() and thing.id in relations:
                writer.add_relation(thing)
        writer.close()


if __name__ == "__main__":
    main()
