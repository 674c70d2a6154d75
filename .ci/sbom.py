#!/usr/bin/env python3
"""Makes a list of components (CycloneDX 1.5, JSON) of what `cargo metadata --format-version 1` prints.

Reads standard input, writes standard output. Development dependencies are left out; build dependencies are in it, as they
run when the program is built."""

import json
import sys


def main():
    metadata = json.load(sys.stdin)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    used, open_ids = {}, [root]
    while open_ids:
        at = open_ids.pop()
        if at in used:
            continue
        is_used = lambda dependency: any(kind["kind"] != "dev" for kind in dependency["dep_kinds"])
        used[at] = sorted(d["pkg"] for d in nodes[at]["deps"] if is_used(d))
        open_ids += used[at]
    components = {at: component(packages[at]) for at in used}
    reference = {at: components[at]["bom-ref"] for at in used}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": components[root] | {"type": "application"}},
        "components": sorted((c for at, c in components.items() if at != root), key=lambda c: c["bom-ref"]),
        "dependencies": sorted(
            ({"ref": reference[at], "dependsOn": [reference[d] for d in used[at]]} for at in used),
            key=lambda dependency: dependency["ref"],
        ),
    }
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    print()


def component(package):
    name, version = package["name"], package["version"]
    url = f"pkg:cargo/{name}@{version}"
    made = {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}
    if package["license"]:
        made["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    return made


if __name__ == "__main__":
    main()
