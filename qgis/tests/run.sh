#!/bin/sh
# Tests the QGIS plugin in the real QGIS, without a screen. Needs the built program ($BEATPLAN, or target/release/beatplan)
# and QGIS for Python (apt-get install python3-qgis qgis-providers); without these it says so and succeeds.
# $PYTHON is the Python that has QGIS (default /usr/bin/python3). Arguments go to unittest, such as `-k cancel`.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-/usr/bin/python3}
program=${BEATPLAN:-$(cd ../.. && pwd)/target/release/beatplan}
if ! "$python" -c 'import qgis.core' 2>/dev/null; then
  echo "qgis/tests: skipped, $python has no QGIS (apt-get install python3-qgis qgis-providers)"
  exit 0
fi
if [ ! -x "$program" ]; then
  echo "qgis/tests: skipped, there is no $program (cargo build --release, or set BEATPLAN)"
  exit 0
fi
BEATPLAN=$program QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE=1 exec "$python" test_plugin.py "$@"
