#!/bin/sh
# Plans the demo territories for QGIS, in English and Chinese, and opens what comes out in the real QGIS and in GDAL.
# Needs the program (BEATPLAN, else cargo builds it), and python3-qgis and gdal-bin, without which it says so and does nothing.
set -eu
cd "$(dirname "$0")/../.."

if ! /usr/bin/python3 -c 'import qgis.core' 2>/dev/null; then
    echo "skipped: python3-qgis is not installed"
    exit 0
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
beatplan=${BEATPLAN:-cargo run --quiet --}

for territory in gozo malta; do
    for lang in en zh; do
        $beatplan plan "data/$territory/territory.toml" --date 2026-11-25 --days 2 --effort quick --quiet \
            --format qgis --lang "$lang" --out "$out/$territory-$lang"
    done
    for lang in en zh; do
        $beatplan coverage "data/$territory/territory.toml" --date 2026-11-25 --quiet \
            --format qgis --lang "$lang" --plan "$out/$territory-$lang" --out "$out/$territory-coverage-$lang"
    done
done
/usr/bin/python3 tests/gis/open_in_qgis.py "$out"/*

if ! /usr/bin/python3 -c 'import osgeo' 2>/dev/null; then
    echo "skipped: python3-gdal is not installed"
else
    /usr/bin/python3 tests/gis/areas.py "$out"/*-coverage-*
fi
if ! command -v ogrinfo >/dev/null; then
    echo "skipped: gdal-bin is not installed"
    exit 0
fi
for file in "$out"/*/territory.gpkg; do
    if ogrinfo -ro -al -so "$file" 2>&1 | grep -E '^(ERROR|Warning)'; then
        echo "FAULT GDAL finds fault with $file"
        exit 1
    fi
done
echo "all folders open well"
