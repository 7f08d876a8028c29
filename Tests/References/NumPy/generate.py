"""Writes the .npy and .npz files beside this script, and expected.json with what NumPy reads from them.

Run with: Python 3.11.7, NumPy 2.4.6 (asserted below). Equal versions give equal .npy files; .npz members carry
a fixed time stamp.
"""

import io
import json
import pathlib
import zipfile

import numpy as np

assert np.__version__ == "2.4.6", np.__version__
here = pathlib.Path(__file__).parent
expected = {}

SPECIAL = {
    "f2": [0.0, -0.0, 1.0, -2.5, 6.1035156e-05, 5.9604645e-08, -6.097555e-05, 65504.0, np.inf, -np.inf, np.nan, 0.1],
    "f4": [0.0, -0.0, 1.5, -2.25, 1e-45, 3.4028235e38, np.inf, -np.inf, np.nan, 0.1, 1e-38, 16777217.0],
    "f8": [0.0, -0.0, 1.5, -2.25, 5e-324, 1.7976931348623157e308, np.inf, -np.inf, np.nan, 0.1, 1e-308, 1 / 3],
    "b1": [True, False, False, True, True, True, False, False, True, False, True, True],
}


def values(kind):
    if kind in SPECIAL:
        return np.array(SPECIAL[kind], dtype=kind).reshape(3, 4)
    info = np.iinfo(kind)
    bits = 8 * info.dtype.itemsize
    edge = [info.min, info.max, 0, 1, 2, 3, info.max - 1, info.min + 1, 2 ** min(bits - 2, 53), 100, 7, 42]
    if bits == 64:
        edge[9] = 2**53 + 1
    return np.array(edge, dtype=kind).reshape(3, 4)


def text(number):
    return repr(number) if np.isfinite(number) else str(number)


def record(name, array):
    widened = array.astype("f8")
    expected[name] = {"shape": list(array.shape), "values": [text(float(v)) for v in widened.ravel(order="C")]}
    if array.dtype.kind in "iub":
        expected[name]["integers"] = [str(int(v)) for v in array.ravel(order="C")]


def save(name, array, version=None):
    with open(here / name, "wb") as file:
        np.lib.format.write_array(file, array, version=version, allow_pickle=False)
    record(name, np.load(here / name))


for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    table = values(kind)
    save(f"{kind}-little.npy", table.astype("<" + kind))
    if table.itemsize > 1:
        save(f"{kind}-big.npy", table.astype(">" + kind))
    save(f"{kind}-fortran.npy", np.asfortranarray(table))

cube = np.arange(24, dtype="f8").reshape(2, 3, 4) / 7
save("rank-0.npy", np.array(2.5))
save("rank-0-int.npy", np.array(-3, dtype="i4"))
save("rank-1.npy", np.arange(5, dtype="f8") / 3)
save("rank-3.npy", cube)
save("rank-3-fortran.npy", np.asfortranarray(cube))
save("rank-3-big-fortran.npy", np.asfortranarray(cube.astype(">f4")))
save("empty-rows.npy", np.zeros((0, 3)))
save("empty-columns.npy", np.zeros((3, 0)))
save("empty-1.npy", np.zeros(0, dtype="i2"))
save("version-2.npy", values("f8"), version=(2, 0))
save("version-3.npy", values("f8"), version=(3, 0))
save("column-fortran.npy", np.asfortranarray(np.arange(4.0).reshape(4, 1)))


def archive(name, arrays, method, force_zip64=True):
    with zipfile.ZipFile(here / name, "w", method) as file:
        for key, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            info = zipfile.ZipInfo(key + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            with file.open(info, "w", force_zip64=force_zip64) as member:
                member.write(buffer.getvalue())
    with np.load(here / name) as loaded:
        for key in loaded.files:
            record(f"{name}:{key}", loaded[key])


grid = np.arange(600, dtype="f8").reshape(100, 6) / 9
labels = np.arange(100) % 3
for method, word in [(zipfile.ZIP_STORED, "stored"), (zipfile.ZIP_DEFLATED, "deflated")]:
    archive(f"{word}.npz", {"x": grid, "labels": labels, "scale": np.array(0.5)}, method)
    archive(f"{word}-one.npz", {"only": grid[:, 0]}, method, force_zip64=False)
archive("two-tables.npz", {"train": grid[:3], "test": grid[3:5]}, zipfile.ZIP_STORED)

lines = [f"{json.dumps(name)}: {json.dumps(expected[name])}" for name in sorted(expected)]
(here / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
