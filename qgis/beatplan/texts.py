"""What the plugin says, in the language QGIS speaks: Chinese where its locale is Chinese, else English.

The sentences are in `texts.json`: for each key the English one, then the Chinese one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, List

from qgis.core import QgsApplication

TEXTS: Dict[str, List[str]] = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))


def language() -> str:
    """`zh` or `en`, as the program's option `--lang` wants it."""
    return "zh" if QgsApplication.locale().lower().startswith("zh") else "en"


def text(key: str, **values: object) -> str:
    """The sentence called `key`, with `values` in the places of `{name}`."""
    sentence = TEXTS[key][1 if language() == "zh" else 0]
    return sentence.format(**values) if values else sentence
