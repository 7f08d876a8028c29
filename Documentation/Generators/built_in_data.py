#!/usr/bin/env python3
"""Writes the numbers of the built-in sets as Swift: Old Faithful from R, the digits from scikit-learn.

Needs Rscript (R's data set `faithful`) and scikit-learn 1.9 (datasets/data/digits.csv.gz).
"""
import gzip
import subprocess
from pathlib import Path

import sklearn

FOLDER = Path(__file__).resolve().parents[2] / "Sources/Data/BuiltIn"
NOTE = "// Written by Documentation/Generators/built_in_data.py.\n\n"


def wrapped(words, separator, width, indent):
    lines, line = [], ""
    for word in words:
        if line and len(indent) + len(line) + len(separator) + len(word) > width:
            lines.append(indent + line.rstrip())
            line = ""
        line += (separator if line else "") + word
    return "\n".join(lines + [indent + line])


def old_faithful():
    script = "write.csv(faithful, row.names = FALSE, quote = FALSE)"
    output = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    header, *rows = output.split()
    assert header == "eruptions,waiting" and len(rows) == 272
    words = [", ".join(row.split(",")) + "," for row in rows]
    text = "extension BuiltInDataSet {\n"
    text += "  /// Old Faithful: duration of an eruption and waiting time to the next, minutes; 272 pairs.\n"
    text += "  static let oldFaithfulValues: [Double] = [\n" + wrapped(words, " ", 110, "    ") + "\n  ]\n}\n"
    (FOLDER / "BuiltInDataSet+OldFaithful.swift").write_text(NOTE + text)


def digits():
    """Each image is its label, then pixels: a ... p for 1 ... 16, A ... Z for 1 ... 26 pixels of 0."""
    path = Path(sklearn.__file__).parent / "datasets/data/digits.csv.gz"
    images = [[int(float(cell)) for cell in line.split(",")] for line in gzip.open(path, "rt")]
    assert len(images) == 1797 and all(len(image) == 65 for image in images)
    code = ""
    for *pixels, label in images:
        code += str(label)
        while pixels and pixels[-1] == 0:
            pixels.pop()
        while pixels:
            if pixels[0]:
                code += chr(ord("a") + pixels.pop(0) - 1)
            else:
                run = next(i for i, pixel in enumerate(pixels) if pixel)
                run = min(run, 26)
                code += chr(ord("A") + run - 1)
                del pixels[:run]
    text = "extension BuiltInDataSet {\n"
    text += "  /// The digits, 8 × 8 pixels each: the label, then `a` … `p` for a pixel of 1 … 16 and `A` … `Z` for\n"
    text += "  /// 1 … 26 pixels of 0; pixels of 0 at the end are left out.\n"
    text += '  static let digitsCode: StaticString = """\n'
    text += "\n".join("    " + code[i : i + 106] for i in range(0, len(code), 106)) + '\n    """\n}\n'
    (FOLDER / "BuiltInDataSet+DigitsCode.swift").write_text(NOTE + text)


old_faithful()
digits()
