"""Writes reference.safetensors by the reference writer, and expected.json with the values put into it.

Run with: Python 3.11.7, NumPy 2.4.6, safetensors 0.8.0 (asserted below).
"""

import importlib.metadata
import json
import pathlib

import numpy as np
import safetensors

assert np.__version__ == "2.4.6" and importlib.metadata.version("safetensors") == "0.8.0"
here = pathlib.Path(__file__).parent

arrays = {
    "f64": np.array([[0.1, -0.0, 1e-310], [np.inf, np.nan, 1 / 3]]),
    "f32": np.array([0.1, 3.4028235e38, 1e-45], dtype="f4"),
    "f16": np.array([0.1, 65504, 6e-8, -np.inf], dtype="f2"),
    "i8": np.array([-128, 127], dtype="i1"),
    "i16": np.array([-32768, 32767], dtype="i2"),
    "i32": np.array([-(2**31), 2**31 - 1], dtype="i4"),
    "i64": np.array([-(2**63), 2**63 - 1, 2**53 + 1], dtype="i8"),
    "u8": np.array([0, 255, 7], dtype="u1"),
    "u16": np.array([65535], dtype="u2"),
    "u32": np.array([[[4294967295]]], dtype="u4"),
    "u64": np.array([2**64 - 1, 0], dtype="u8"),
    "bool": np.array([True, False, True]),
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 3)),
    "µ/weight": np.arange(6.0).reshape(2, 3),
}


def text(number):
    return repr(number) if np.isfinite(number) else str(number)


def spec(array, dtype):
    return safetensors.TensorSpec(
        dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes
    )


tensors, expected = {}, {}
for name, array in arrays.items():
    tensors[name] = spec(array, array.dtype.name)
    values = [text(float(v)) for v in array.astype("f8").ravel()]
    expected[name] = {"shape": list(array.shape), "values": values}
# bfloat16 is the upper half of a float32; the values kept are those of the upper half.
halves = (np.array([1.5, -2.0, 3.0e38, 0.0078125], dtype="f4").view("u4") >> 16).astype("u2")
widened = (halves.astype("u4") << 16).view("f4")
tensors["bf16"] = spec(halves, "bfloat16")
expected["bf16"] = {"shape": [4], "values": [text(float(v)) for v in widened]}

# One entry: the reference writer orders several at random.
metadata = {"note": 'quotes " and µ'}
(here / "reference.safetensors").write_bytes(safetensors.serialize(tensors, metadata))
lines = [f"{json.dumps(name)}: {json.dumps(expected[name])}" for name in sorted(expected)]
(here / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
