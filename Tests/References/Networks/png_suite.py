"""Writes png_suite.json: what Pillow decodes the sound PNG files of ../shared/data/conformance/pngsuite to.

    pip install numpy==2.4.6 pillow==13.0.0
    python Tests/References/Networks/png_suite.py PNGSUITE-FOLDER Tests/References/Networks/png_suite.json

For each file `shape` [height, width, channels] and the SHA-256 of the pixels' bytes. Palettes become their colors,
gray of fewer bits is spread over 0 ... 255, of 16 bits the upper byte counts, and a transparent color, or alphas of a
palette, make an alpha channel. A transparent color is matched at all bits of a sample, which Pillow does for 8 bits
alone: the others are unfiltered here and matched by NumPy, the colors compared with Pillow's. Their interlaced twins
(i...) hold the same pixels.
"""
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def samples(path):
    """The samples [height, width, channels] of a file without palette and interlacing, its bits, and its tRNS."""
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
    assert color != 3 and not interlaced
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    step, size, raw = max(1, depth * channels // 8), (depth * channels * width + 7) // 8, zlib.decompress(packed)
    rows, above = [], [0] * size
    for y in range(height):
        kind, *line = raw[y * (size + 1) : (y + 1) * (size + 1)]
        for i in range(len(line)):
            a = line[i - step] if i >= step else 0
            b, c = above[i], above[i - step] if i >= step else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = (line[i] + [0, a, b, (a + b) // 2, paeth][kind]) & 255
        rows.append(line)
        above = line
    bits = np.unpackbits(np.array(rows, np.uint8), axis=1)[:, : width * channels * depth]
    weights = 1 << np.arange(depth)[::-1]
    return (bits.reshape(height, width, channels, depth) * weights).sum(3), depth, transparent


def pixels(path):
    image = Image.open(path)
    has_alpha = "transparency" in image.info
    if image.mode == "P":
        return np.asarray(image.convert("RGBA" if has_alpha else "RGB"))
    found = np.asarray(image.convert("L") if image.mode == "1" else image)
    if image.mode.startswith("I"):
        found = (found.astype(np.uint32) >> 8).astype(np.uint8)
    found = found if found.ndim == 3 else found[..., None]
    if "sn4a" in path.name and found.shape[2] == 4:
        found = found[..., [0, 3]]  # Pillow reads gray with alpha of 16 bits as colors.
    if not has_alpha:
        return found
    twin = path.name.startswith("i")
    exact, depth, color = samples(SUITE / path.name[1:] if twin else path)
    colors = exact >> 8 if depth == 16 else exact * (255 // (2**depth - 1))
    assert (colors == found).all(), path
    alpha = np.where((exact == color).all(2), 0, 255).astype(np.uint8)
    return np.concatenate([found, alpha[..., None]], 2)


SUITE = Path(sys.argv[1])
result = {}
for path in sorted(SUITE.rglob("*.png")):
    found = pixels(path)
    result[str(path.relative_to(SUITE))] = {
        "shape": list(found.shape),
        "sha256": hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest(),
    }
with open(sys.argv[2], "w") as file:
    json.dump(result, file, indent=0, separators=(",", ":"))
    file.write("\n")
