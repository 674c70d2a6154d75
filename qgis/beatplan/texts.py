"""Texts of the plugin in the language of QGIS: Chinese if its locale is Chinese, else English.

The sentences are in `texts.json`: for each key the English one, then the Chinese one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, List

from qgis.core import QgsApplication

TEXTS: Dict[str, List[str]] = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))


def language() -> str:
    """Returns `zh` or `en`, for the option `--lang`."""
    return "zh" if QgsApplication.locale().lower().startswith("zh") else "en"


def text(key: str, **values: object) -> str:
    """Returns the text `key`, with `values` in the places of `{name}`."""
    sentence = TEXTS[key][1 if language() == "zh" else 0]
    return sentence.format(**values) if values else sentence
