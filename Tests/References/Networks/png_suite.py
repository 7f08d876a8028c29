"""Writes png_suite.json: what Pillow decodes each sound PNG file of ../shared/data/conformance/pngsuite to.

    pip install numpy==2.4.6 pillow==13.0.0
    python Tests/References/Networks/png_suite.py PNGSUITE-FOLDER Tests/References/Networks/png_suite.json

For each file `shape` [height, width, channels] and the SHA-256 of the pixels' bytes. Palettes become their colors,
gray of fewer bits is spread over 0 ... 255, of 16 bits the upper byte counts, and a transparent color, or alphas of a
palette, make an alpha channel. A transparent color of 16 bits is matched at all of them, which Pillow does not: there
NumPy does it on the file's own samples, unfiltered here; an interlaced file of 16 bits (i...) holds the pixels of the
one without.
"""
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def sixteen(path):
    """The samples [height, width, channels] of a file of 16 bits without interlacing, and its transparent color."""
    data = path.read_bytes()
    position, packed, transparent = 8, b"", None
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        name, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        if name == b"IHDR":
            width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        if name == b"tRNS":
            transparent = np.frombuffer(body, ">u2")
        if name == b"IDAT":
            packed += body
        position += 12 + length
    assert depth == 16 and not interlaced
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    step, raw = 2 * channels, zlib.decompress(packed)
    rows, above = [], [0] * (width * step)
    for y in range(height):
        kind, *line = raw[y * (width * step + 1) : (y + 1) * (width * step + 1)]
        for i in range(len(line)):
            a = line[i - step] if i >= step else 0
            b, c = above[i], above[i - step] if i >= step else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = (line[i] + [0, a, b, (a + b) // 2, paeth][kind]) & 255
        rows.append(line)
        above = line
    return np.array(rows, np.uint8).view(">u2").reshape(height, width, channels), transparent


def pixels(path):
    image = Image.open(path)
    transparent = "transparency" in image.info
    if path.stem.endswith("16"):
        samples, color = sixteen(path)
        found = (samples >> 8).astype(np.uint8)
        if color is not None:
            alpha = np.where((samples == color).all(2), 0, 255).astype(np.uint8)
            return np.concatenate([found, alpha[..., None]], 2)
        if image.mode == "RGB":
            assert (np.asarray(image) == found).all()
        return found
    if image.mode == "P":
        image = image.convert("RGBA" if transparent else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    if image.mode.startswith("I"):
        found = (np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)
    elif transparent and image.mode in ("L", "RGB"):
        found = np.asarray(image.convert("RGBA"))
        found = found[..., [0, 3]] if image.mode == "L" else found
    else:
        found = np.asarray(image)
    return found if found.ndim == 3 else found[..., None]


folder = Path(sys.argv[1])
result = {}
for path in sorted(folder.rglob("*.png")):
    twin = path.with_name(path.name[1:])
    found = pixels(twin if path.name.startswith("i") and path.stem.endswith("16") else path)
    name = str(path.relative_to(folder))
    result[name] = {
        "shape": list(found.shape),
        "sha256": hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest(),
    }
with open(sys.argv[2], "w") as file:
    json.dump(result, file, indent=0, separators=(",", ":"))
    file.write("\n")
