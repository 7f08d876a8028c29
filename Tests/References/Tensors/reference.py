"""Reference cases of operations: values and gradients by torch, written as safetensors."""

import json
import zlib

import numpy as np
import torch

DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.uint8: "U8", torch.bool: "BOOL",
}


def tensor(value, dtype=torch.float64):
    """A tensor of NumPy values or nested lists; float64 and int64 stay what they are."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    array = np.asarray(value)
    if array.dtype.kind in "iub" and dtype is torch.float64:
        return torch.from_numpy(np.array(array))
    return torch.from_numpy(np.array(array)).to(dtype)


class Family:
    """The cases of one family of operations, which become one file."""

    def __init__(self, name):
        self.name = name
        self.tensors = {}
        self.attributes = {}
        self.counts = {}
        self.generator = None

    def operation(self, name):
        """A generator of its own for every operation, so that a new operation changes no other's numbers."""
        self.generator = np.random.Generator(np.random.PCG64(zlib.crc32(f"{self.name}/{name}".encode())))
        return self.generator

    def normal(self, *shape):
        """Standard normal float64."""
        return self.generator.standard_normal(shape)

    def uniform(self, low, high, shape):
        """Uniform float64."""
        return self.generator.uniform(low, high, tuple(shape))

    def distinct(self, *shape):
        """Normal in law, but no two closer than about 0.01: away from ties."""
        count = int(np.prod(shape))
        values = self.generator.permutation(np.linspace(-2.0, 2.0, max(count, 2))[:count])
        return (values + self.generator.uniform(-0.001, 0.001, count)).reshape(shape)

    def indices(self, bound, *shape):
        """Whole numbers below `bound`."""
        return self.generator.integers(0, bound, shape)

    def case(self, operation, function, inputs, edge=False, derivative=True, outputs=None, **attributes):
        """One case of `operation`.

        `function` is given torch tensors and gives one or several. `outputs` names the outputs that get a
        cotangent (default: every floating-point one). `edge` marks inputs at a kink or out of the range in
        which differences say anything. Only float64 cases are differentiated.
        """
        leaves = [tensor(x) for x in inputs]
        differentiated = derivative and any(x.dtype is torch.float64 for x in leaves)
        for leaf in leaves:
            leaf.requires_grad_(differentiated and leaf.dtype is torch.float64)
        results = function(*leaves)
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        chosen = [
            i for i, y in enumerate(results) if y.requires_grad and (outputs is None or i in outputs)
        ]
        cotangents = {i: torch.from_numpy(np.array(self.normal(*results[i].shape))) for i in chosen}
        gradients = {}
        if chosen:
            places = [i for i, x in enumerate(leaves) if x.requires_grad]
            found = torch.autograd.grad(
                [results[i] for i in chosen], [leaves[i] for i in places],
                [cotangents[i] for i in chosen], allow_unused=True)
            for i, gradient in zip(places, found):
                gradients[i] = torch.zeros_like(leaves[i]) if gradient is None else gradient
        self.write(operation, leaves, results, cotangents, gradients, edge, attributes)

    def known(self, operation, inputs, outputs, cotangents, gradients, edge=True, **attributes):
        """A case whose expectation is given: a convention of ours, or another system's value."""
        self.write(
            operation, [tensor(x) for x in inputs], [tensor(y) for y in outputs],
            {i: tensor(g) for i, g in enumerate(cotangents)},
            {i: tensor(d) for i, d in enumerate(gradients) if d is not None}, edge, attributes)

    def write(self, operation, inputs, outputs, cotangents, gradients, edge, attributes):
        index = self.counts.get(operation, 0)
        self.counts[operation] = index + 1
        case = f"{operation}/{index}"
        for letter, values in (
            ("x", dict(enumerate(inputs))), ("y", dict(enumerate(outputs))),
            ("g", cotangents), ("d", gradients),
        ):
            for i, value in values.items():
                self.tensors[f"{case}/{letter}{i}"] = value.detach()
        attributes = {key: value for key, value in attributes.items() if value is not None}
        if edge:
            attributes["edge"] = True
        if attributes:
            self.attributes[case] = attributes

    def save(self, folder, versions):
        """Writes the file: equal versions give equal bytes."""
        header = {"__metadata__": {
            "attributes": json.dumps(self.attributes, separators=(",", ":"), allow_nan=False),
            "versions": versions,
        }}
        chunks = []
        offset = 0
        # Wide elements first, so that every tensor lies at a multiple of its element's size.
        order = sorted(self.tensors.items(), key=lambda item: -item[1].element_size())
        for name, value in order:
            # A copy into fresh memory: expanded tensors of one element have a stride of 0.
            flat = torch.empty(value.numel(), dtype=value.dtype).copy_(value.reshape(-1))
            data = flat.view(torch.uint8).numpy().tobytes()
            header[name] = {
                "dtype": DTYPES[value.dtype], "shape": list(value.shape),
                "data_offsets": [offset, offset + len(data)],
            }
            chunks.append(data)
            offset += len(data)
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        path = folder / f"{self.name}.safetensors"
        path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(chunks))
        return path
