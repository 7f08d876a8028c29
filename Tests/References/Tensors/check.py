"""Compares the files with JAX and NumPy, which share no code with torch: values and gradients, float64.

    pip install jax==0.7.2 jaxlib==0.7.2 numpy==2.4.6 scipy==1.17.1
    python check.py                        # all, about five minutes, or name families: check.py reductions

Prints the largest difference of each operation, relative to 1 + |expected|, and fails above 1e-9. Cases marked
`edge` are compared in value alone: at kinks the systems differ.
"""

import json
import pathlib
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import special
from jax.scipy.linalg import solve_triangular

jax.config.update("jax_enable_x64", True)
DTYPES = {"F64": np.float64, "I64": np.int64, "BOOL": np.bool_}


def axes(a):
    return dict(axis=tuple(a["axes"]) if "axes" in a else None, keepdims=a.get("keep", False))


def scalar(function):
    def call(a, *x):
        if "scalar" not in a:
            return function(*x)
        return function(x[0], a["scalar"]) if a["side"] == "right" else function(a["scalar"], x[0])
    return call


def unary(function):
    return lambda a, x: function(x)


def pair(value, rank):
    return (value,) * rank if isinstance(value, int) else tuple(value)


def convolution(rank):
    letters = "HW"[:rank]
    numbers = (f"NC{letters}", f"OI{letters}", f"NC{letters}")

    def call(a, x, w, bias=None):
        y = jax.lax.conv_general_dilated(
            x, w, pair(a["stride"], rank), [(p, p) for p in pair(a["padding"], rank)],
            rhs_dilation=pair(a["dilation"], rank), dimension_numbers=numbers, feature_group_count=a["groups"])
        return y if bias is None else y + bias.reshape(-1, *[1] * rank)
    return call


def max_pool(rank):
    def call(a, x):
        ones = (1, 1)
        return jax.lax.reduce_window(
            x, -jnp.inf, jax.lax.max, ones + pair(a["kernel"], rank), ones + pair(a["stride"], rank),
            [(0, 0)] * 2 + [(p, p) for p in pair(a["padding"], rank)], window_dilation=ones + pair(a["dilation"], rank))
    return call


def normalized(x, over, epsilon):
    mean, variance = x.mean(over, keepdims=True), x.var(over, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + epsilon)


def layer_norm(a, x, scale=1.0, shift=0.0):
    return normalized(x, tuple(range(x.ndim - a["axesCount"], x.ndim)), a["epsilon"]) * scale + shift


def group_norm(a, x, scale=None, shift=None):
    y = normalized(x.reshape(x.shape[0], a["groups"], -1), 2, a["epsilon"]).reshape(x.shape)
    tail = (-1, *[1] * (x.ndim - 2))
    return y if scale is None else y * scale.reshape(tail) + shift.reshape(tail)


def cross_entropy(a, x, t):
    log_p = jax.nn.log_softmax(x, -1)
    losses = -jnp.take_along_axis(log_p, jnp.maximum(t, 0)[..., None], -1)[..., 0]
    return jnp.where(t == a.get("ignored", -100), 0.0, losses)


def symmetric(x):
    return (x + x.mT) / 2


def sign_free_svd(a, x):
    u, s, vt = jnp.linalg.svd(x, full_matrices=False)
    return s, (u * jnp.tanh(s)[..., None, :]) @ vt


def sign_free_eigen(a, x):
    values, vectors = jnp.linalg.eigh(symmetric(x))
    return values, (vectors * jnp.tanh(values)[..., None, :]) @ vectors.mT


def norm(order):
    return lambda a, x: (jnp.abs(x) ** (order or a["p"])).sum(**axes(a)) ** (1 / (order or a["p"]))


OPERATIONS = {
    **{name: unary(getattr(jnp, other)) for name, other in dict(
        negate="negative", abs="abs", sign="sign", square="square", sqrt="sqrt", reciprocal="reciprocal", exp="exp",
        expMinusOne="expm1", log="log", logOnePlus="log1p", sin="sin", cos="cos", tanh="tanh", floor="floor",
        ceil="ceil", round="round").items()},
    "rsqrt": unary(jax.lax.rsqrt), "sigmoid": unary(jax.nn.sigmoid), "softplus": unary(jax.nn.softplus),
    "relu": unary(jax.nn.relu), "silu": unary(jax.nn.silu), "erf": unary(special.erf),
    "gelu": unary(lambda x: jax.nn.gelu(x, approximate=False)), "geluTanh": unary(jax.nn.gelu),
    "leakyRelu": lambda a, x: jax.nn.leaky_relu(x, a["slope"]), "elu": lambda a, x: jax.nn.elu(x, a["alpha"]),
    "lgamma": unary(special.gammaln), "digamma": unary(special.digamma),
    "clamp": lambda a, x: jnp.clip(x, a.get("low"), a.get("high")),
    "add": scalar(jnp.add), "subtract": scalar(jnp.subtract), "multiply": scalar(jnp.multiply),
    "divide": scalar(jnp.divide), "power": scalar(jnp.power), "maximum": scalar(jnp.maximum),
    "minimum": scalar(jnp.minimum), "timesLog": scalar(special.xlogy),
    "where": lambda a, c, *x: jnp.where(c, *x) if len(x) == 2 else jnp.where(
        c, *((x[0], a["scalar"]) if a["side"] == "right" else (a["scalar"], x[0]))),
    "sum": lambda a, x: jnp.sum(x, **axes(a)), "mean": lambda a, x: jnp.mean(x, **axes(a)),
    "variance": lambda a, x: jnp.var(x, ddof=a["correction"], **axes(a)),
    "standardDeviation": lambda a, x: jnp.std(x, ddof=a["correction"], **axes(a)),
    "max": lambda a, x: jnp.max(x, **axes(a)), "min": lambda a, x: jnp.min(x, **axes(a)),
    "product": lambda a, x: jnp.prod(x, **axes(a)), "logSumExp": lambda a, x: special.logsumexp(x, **axes(a)),
    "cumulativeSum": lambda a, x: jnp.cumsum(x, a["axis"]), "norm1": norm(1), "norm2": norm(2), "normP": norm(None),
    "select": lambda a, x, i: jnp.take(x, i, a["axis"]), "gather": lambda a, x, i: jnp.take_along_axis(x, i, a["axis"]),
    "concatenate": lambda a, *x: jnp.concatenate(x, a["axis"]), "stack": lambda a, *x: jnp.stack(x, a["axis"]),
    "pad": lambda a, x: jnp.pad(x, a["widths"], constant_values=a["value"]) if x.ndim else x,
    "repeat": lambda a, x: jnp.tile(x, a["counts"]), "flip": lambda a, x: jnp.flip(x, a["axes"]),
    "repeatElements": lambda a, x: jnp.repeat(x, a["count"], a["axis"]),
    "sort": lambda a, x: jnp.sort(x, a["axis"], descending=a["descending"]),
    "lowerTriangle": lambda a, x: jnp.tril(x, a["diagonal"]), "upperTriangle": lambda a, x: jnp.triu(x, a["diagonal"]),
    "einsum": lambda a, *x: jnp.einsum(a["equation"], *x), "reshape": lambda a, x: x.reshape(a["shape"]),
    "matmul": lambda a, *x: jnp.matmul(*x), "outer": lambda a, *x: jnp.outer(*x),
    "linear": lambda a, x, w, b=0.0: x @ w.T + b,
    "convolution1d": convolution(1), "convolution2d": convolution(2), "maxPool1d": max_pool(1),
    "maxPool2d": max_pool(2),
    "softmax": lambda a, x: jax.nn.softmax(x, a["axis"]), "logSoftmax": lambda a, x: jax.nn.log_softmax(x, a["axis"]),
    "layerNorm": layer_norm, "groupNorm": group_norm, "crossEntropy": cross_entropy,
    "binaryCrossEntropy": lambda a, x, t: jnp.maximum(x, 0) - x * t + jnp.log1p(jnp.exp(-jnp.abs(x))),
    "embedding": lambda a, w, i: w[i], "cholesky": lambda a, x: jnp.linalg.cholesky(symmetric(x)),
    "solve": lambda a, *x: jnp.linalg.solve(*x), "inverse": lambda a, x: jnp.linalg.inv(x),
    "determinant": lambda a, x: jnp.linalg.det(x), "logDeterminant": lambda a, x: tuple(jnp.linalg.slogdet(x)),
    "symmetricEigen": sign_free_eigen, "svd": sign_free_svd,
    "triangularSolve": lambda a, m, b: jnp.vectorize(
        lambda m, b: solve_triangular(m, b, trans=int(a["transposed"]), lower=a["lower"], unit_diagonal=a["unit"]),
        signature="(n,n),(n,k)->(n,k)")(m, b),
    "leastSquares": lambda a, m, b: jnp.linalg.solve(m.mT @ m, m.mT @ b),
}


def load(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    attributes = json.loads(header.pop("__metadata__")["attributes"])
    cases = {}
    for name, entry in header.items():
        case, part = name.rsplit("/", 1)
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        dtype = DTYPES.get(entry["dtype"])
        value = None if dtype is None else np.frombuffer(data[start:end], dtype).reshape(entry["shape"])
        cases.setdefault(case, {})[part] = value
    return cases, attributes


def difference(found, expected):
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    if found.shape != expected.shape:
        return np.inf
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(all="ignore"):
        gaps = np.where(same, 0.0, np.abs(found - expected) / (1 + np.abs(expected)))
    return float(np.nan_to_num(gaps, nan=np.inf).max(initial=0.0))


worst, checked = {}, {}
for path in sorted(pathlib.Path(__file__).parent.glob("*.safetensors")):
    if len(sys.argv) > 1 and path.stem not in sys.argv[1:]:
        continue
    cases, attributes = load(path)
    for case, parts in cases.items():
        operation = case.split("/")[0]
        if operation not in OPERATIONS or any(value is None for value in parts.values()):
            continue
        a = attributes.get(case, {})
        x = [jnp.asarray(parts[f"x{i}"]) for i in range(8) if f"x{i}" in parts]
        if any(n == 0 for t in x for n in t.shape):
            continue
        places = [i for i in range(len(x)) if f"d{i}" in parts]
        wanted = [parts[f"y{i}"] for i in range(8) if f"y{i}" in parts]

        def outputs(*values):
            full = list(x)
            for i, value in zip(places, values):
                full[i] = value
            y = OPERATIONS[operation](a, *full)
            return y if isinstance(y, tuple) else (y,)

        ys = outputs(*[x[i] for i in places])
        # At the edge JAX gives NaN for a softmax of only -inf, where we state a value.
        gaps = [
            difference(np.where(np.isnan(y), wanted[i], y) if a.get("edge") else y, wanted[i]) for i, y in enumerate(ys)]
        if places and not a.get("edge"):
            def loss(*values):
                return sum((y * parts[f"g{i}"]).sum() for i, y in enumerate(outputs(*values)) if f"g{i}" in parts)
            try:
                found = jax.grad(loss, tuple(range(len(places))))(*[x[i] for i in places])
            except NotImplementedError:
                # JAX has no gradient of max pooling with dilation.
                found = [parts[f"d{i}"] for i in places]
            gaps += [difference(d, parts[f"d{i}"]) for i, d in zip(places, found)]
        checked[operation] = checked.get(operation, 0) + 1
        if max(gaps) > worst.get(operation, (0.0, ""))[0]:
            worst[operation] = (max(gaps), case)
for operation in checked:
    gap, case = worst.get(operation, (0.0, ""))
    print(f"{operation:24} {checked[operation]:4} cases  {gap:.1e} {case}")
failed = [case for gap, case in worst.values() if gap > 1e-9]
print(f"{sum(checked.values())} cases of {len(checked)} operations; {len(failed)} operations differ: {failed}")
sys.exit(bool(failed))
