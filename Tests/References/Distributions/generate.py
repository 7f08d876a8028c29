"""Writes one JSON file of reference values for each module in families/.

    pip install -r requirements.txt
    python generate.py [module ...]
"""

import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from reference import write  # noqa: E402

if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in (HERE / "families").glob("*.py"))
    for name in names:
        module = importlib.import_module(f"families.{name}")
        write(HERE / f"{name}.json", [case for family in module.FAMILIES for case in family.cases()])
