#!/usr/bin/env python3
"""Makes the zip that QGIS installs: `qgis/package.py [FOLDER]` writes `beatplan-qgis-VERSION.zip` there, or here.

The same sources give the same bytes.
"""

from __future__ import annotations

import configparser
import sys
import zipfile
from pathlib import Path
from typing import Dict

HERE = Path(__file__).resolve().parent
PLUGIN = HERE / "beatplan"
#: Files of the plugin; without caches of Python.
KINDS = {".py", ".json", ".svg", ".qml", ".txt"}


def contents() -> Dict[str, bytes]:
    """Name in the zip → content: the plugin's files, and the licences under which they are passed on."""
    ours = (path for path in PLUGIN.rglob("*") if path.suffix in KINDS)
    files = {f"beatplan/{path.relative_to(PLUGIN).as_posix()}": path for path in ours}
    for licence in ("LICENSE", "LICENSE-APACHE", "LICENSE-MIT"):
        files[f"beatplan/{licence}"] = HERE.parent / licence
    return {name: files[name].read_bytes() for name in sorted(files)}


def main() -> None:
    """Writes the zip and says where it is."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(PLUGIN / "metadata.txt", encoding="utf-8")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"beatplan-qgis-{metadata['general']['version']}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents().items():
            # A time of its own, so that the bytes do not depend on when the sources were checked out.
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    print(target)


if __name__ == "__main__":
    main()
