#!/usr/bin/env python
"""PyTorch or JAX on the tensor cases: a process that stays up and answers one line of JSON per line it reads.

usage: run_tensors.py torch|jax [THREADS]

    time VARIANT/CASE COUNT   {"seconds": of one of COUNT repetitions, on average}
    check VARIANT/CASE        {"outputs": [[up to 64 values of each output], ...]}
    version                   {"version": "..."}

Everything is float32 and written the way its users write it.  Training steps begin every timed block from the same
initial weights, so that no side ever works on a further trained model than the other.
"""

import json
import sys
import time

import numpy as np

SYSTEM, THREADS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
ROWS, COLUMNS = 4096, 1024


def words(count, seed):
    """32-bit hashes of 0 ..< count (the finalizer of MurmurHash3); the Swift side computes the same."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed * 0x85EBCA6B & 0xFFFFFFFF)
    x = (x ^ x >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    x = (x ^ x >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return x ^ x >> np.uint32(16)


def numbers(shape, seed, scale=1.0):
    """float32 in scale · [-1, 1)."""
    unit = (words(int(np.prod(shape)), seed) >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-23)
    return ((unit - np.float32(1)) * np.float32(scale)).reshape(shape)


def classes(count, seed, choices):
    return (words(count, seed) % np.uint32(choices)).astype(np.int64)


def mlp(name):
    """Input, targets and [(weight [out, in], bias)] of an MLP case."""
    widths, batch = {"mlp-784": ((784, 400, 400, 10), 128), "mlp-10": ((10, 64, 64, 2), 32)}[name]
    layers = [
        (numbers((b, a), 10 + 2 * i, a**-0.5), numbers((b,), 11 + 2 * i, a**-0.5))
        for i, (a, b) in enumerate(zip(widths, widths[1:]))]
    return numbers((batch, widths[0]), 1), classes(batch, 2, widths[-1]), layers


def language(case):
    """Tokens [steps, batch], targets, and the parameters: embedding, W_ih, W_hh, b_ih, b_hh, W, b."""
    hidden, batch, steps, vocabulary = map(int, case.partition("-")[2].split("x"))
    bound = hidden**-0.5
    shapes = [(4 * hidden, hidden)] * 2 + [(4 * hidden,)] * 2 + [(vocabulary, hidden), (vocabulary,)]
    parameters = [numbers((vocabulary, hidden), 3)]
    parameters += [numbers(shape, 4 + i, bound) for i, shape in enumerate(shapes)]
    tokens = classes(steps * batch, 1, vocabulary).reshape(steps, batch)
    return tokens, classes(steps * batch, 2, vocabulary), parameters


def samples(outputs):
    """Up to 64 values of each output, an odd step apart, so that columns vary too."""
    flat = [np.asarray(y, dtype=np.float64).reshape(-1) for y in outputs]
    return [y[::max(1, len(y) // 64) | 1][:64].tolist() for y in flat]


def shared_weights(shapes):
    """Weights of two axes or more by the formula, in the order of the fields; scales 1 and shifts 0."""
    for seed, (name, shape) in enumerate(shapes, 100):
        if len(shape) > 1:
            yield numbers(shape, seed, int(np.prod(shape[1:])) ** -0.5)
        else:
            yield np.full(shape, 1.0 if name.endswith("weight") else 0.0, np.float32)


class Torch:
    """`prepare(variant, case)` gives (reset, step): step does one repetition and returns its outputs."""

    def __init__(self):
        import torch
        import torch.nn.functional as functional

        torch.set_num_threads(THREADS)
        self.torch, self.functional, self.version = torch, functional, torch.__version__

    def finish(self, outputs):
        return [y.detach().numpy().copy() for y in outputs]

    def tensor(self, *words_, tracked=False):
        return self.torch.from_numpy(numbers(*words_)).requires_grad_(tracked)

    def prepare(self, variant, case):
        name, _, rest = case.partition("-")
        if name == "matmul":
            m, k, n = map(int, rest.split("x"))
            a, b = self.tensor((m, k), 1), self.tensor((k, n), 2)
            return None, lambda: (a @ b,)
        if name == "mlp":
            return self.training(case, {"torch foreach": {"foreach": True}, "torch fused": {"fused": True},
                                        "torch compiled": {"fused": True}}.get(variant, {}),
                                 variant == "torch compiled")
        if case == "lenet-inference":
            return None, self.inference(variant == "torch compiled")
        if name in ("lenet", "resnet18"):
            return self.images(name, variant == "torch compiled")
        if name == "adam":
            return self.adam(int(rest), {"torch foreach": {"foreach": True}, "torch fused": {"fused": True}}
                             .get(variant, {}))
        if name == "lstm":
            return self.language(case, variant == "torch compiled",
                                 {"torch foreach": {"foreach": True}, "torch fused": {"fused": True},
                                  "torch compiled": {"fused": True}}.get(variant, {}))
        if name == "convolution":
            return None, self.convolution(rest == "both", variant == "torch tracked")
        if name == "add":
            return None, self.add(rest == "16-both")
        return None, self.rows(case.rpartition("-")[0], case.endswith("-both"))

    def lenet(self):
        nn = self.torch.nn
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Sigmoid(),
            nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(),
            nn.Linear(84, 10))

    def resnet18(self):
        torch, nn = self.torch, self.torch.nn

        class Block(nn.Module):
            def __init__(self, inputs, outputs, stride):
                super().__init__()
                self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
                self.bn1 = nn.BatchNorm2d(outputs)
                self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
                self.bn2 = nn.BatchNorm2d(outputs)
                self.downsample = None
                if stride > 1 or inputs != outputs:
                    self.downsample = nn.Sequential(
                        nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

            def forward(self, x):
                y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
                return torch.relu(y + (x if self.downsample is None else self.downsample(x)))

        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64)
                widths = [64, 64, 128, 256, 512]
                for i in range(4):
                    setattr(self, f"layer{i + 1}", nn.Sequential(
                        Block(widths[i], widths[i + 1], 2 if i else 1), Block(widths[i + 1], widths[i + 1], 1)))
                self.fc = nn.Linear(512, 10)

            def forward(self, x):
                y = torch.relu(self.bn1(self.conv1(x)))
                y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
                return self.fc(y.mean((2, 3)))

        return Network()

    def filled(self, model):
        torch = self.torch
        parameters = list(model.named_parameters())
        with torch.no_grad():
            for (_, mine), given in zip(parameters, shared_weights([(n, tuple(p.shape)) for n, p in parameters])):
                mine.copy_(torch.from_numpy(given))
        return model

    def images(self, name, is_compiled):
        torch, functional = self.torch, self.functional
        batch, image = (128, (1, 28, 28)) if name == "lenet" else (32, (3, 32, 32))
        x, targets = self.tensor((batch, *image), 1), torch.from_numpy(classes(batch, 2, 10))
        model, state = self.lenet() if name == "lenet" else self.resnet18(), {}
        run = torch.compile(model) if is_compiled else model

        def reset():
            self.filled(model)
            state["optimizer"] = torch.optim.SGD(
                model.parameters(), lr=0.1 if name == "lenet" else 1e-4, momentum=0 if name == "lenet" else 0.9)

        def step():
            state["optimizer"].zero_grad()
            loss = functional.cross_entropy(run(x), targets)
            loss.backward()
            state["optimizer"].step()
            return (loss,)

        return reset, step

    def inference(self, is_compiled):
        torch = self.torch
        model, x = self.filled(self.lenet()).eval(), self.tensor((1, 1, 28, 28), 1)
        if is_compiled:
            model = torch.compile(model)

        def step():
            with torch.inference_mode():
                return (model(x),)

        return step

    def adam(self, count, options):
        torch = self.torch
        gradient, state = self.tensor((count,), 2), {}

        def reset():
            weight = torch.nn.Parameter(self.tensor((count,), 1))
            weight.grad = gradient
            state["weight"], state["optimizer"] = weight, torch.optim.Adam([weight], **options)

        def step():
            state["optimizer"].step()
            return (state["weight"].detach(),)

        return reset, step

    def training(self, case, options, is_compiled=False):
        torch, functional = self.torch, self.functional
        x, targets, layers = mlp(case)
        x, targets = torch.from_numpy(x), torch.from_numpy(targets)
        state = {}

        def reset():
            linears = []
            for weight, bias in layers:
                linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
                with torch.no_grad():
                    linear.weight.copy_(torch.from_numpy(weight))
                    linear.bias.copy_(torch.from_numpy(bias))
                linears += [linear, torch.nn.ReLU()]
            model = torch.nn.Sequential(*linears[:-1])
            state["optimizer"] = torch.optim.Adam(model.parameters(), **options)
            state["model"] = torch.compile(model) if is_compiled else model

        def step():
            model, optimizer = state["model"], state["optimizer"]
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(x), targets)
            loss.backward()
            optimizer.step()
            return (loss,)

        return reset, step

    def language(self, case, is_compiled, options):
        torch, functional = self.torch, self.functional
        tokens, targets, parameters = language(case)
        tokens, targets = torch.from_numpy(tokens), torch.from_numpy(targets)
        vocabulary, hidden = parameters[0].shape
        state = {}

        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = torch.nn.Embedding(vocabulary, hidden)
                self.lstm = torch.nn.LSTM(hidden, hidden)
                self.output = torch.nn.Linear(hidden, vocabulary)

            def forward(self, tokens, targets):
                states, _ = self.lstm(self.embedding(tokens))
                return functional.cross_entropy(self.output(states).flatten(0, 1), targets)

        def reset():
            model = Model()
            with torch.no_grad():
                for mine, given in zip(model.parameters(), parameters):
                    mine.copy_(torch.from_numpy(given))
            state["optimizer"] = torch.optim.Adam(model.parameters(), **options)
            state["model"] = torch.compile(model) if is_compiled else model

        def step():
            state["optimizer"].zero_grad()
            loss = state["model"](tokens, targets)
            loss.backward()
            state["optimizer"].step()
            return (loss,)

        return reset, step

    def convolution(self, both, tracked):
        x, weight = self.tensor((32, 64, 32, 32), 1), self.tensor((64, 64, 3, 3), 2, 0.05)
        bias, g = self.tensor((64,), 3), self.tensor((32, 64, 32, 32), 4)
        convolve, inputs = self.functional.conv2d, (x, weight, bias)
        if both or tracked:  # untracked, torch picks another and slower algorithm
            for tensor in inputs:
                tensor.requires_grad_()
        if not both:
            return lambda: (convolve(x, weight, bias, padding=1),)
        return lambda: self.torch.autograd.grad((convolve(*inputs, padding=1) * g).sum(), inputs)

    def add(self, both):
        a, b = (self.tensor((16,), seed, tracked=both) for seed in (1, 2))
        if not both:
            return lambda: (a + b,)
        return lambda: self.torch.autograd.grad((a + b).sum(), (a, b))

    def rows(self, name, both):
        functional = self.functional
        x, g = self.tensor((ROWS, COLUMNS), 1, 4.0, tracked=both), self.tensor((ROWS, COLUMNS), 2)
        scale, shift = self.tensor((COLUMNS,), 3, tracked=both), self.tensor((COLUMNS,), 4, tracked=both)
        targets = self.torch.from_numpy(classes(ROWS, 5, COLUMNS))
        forward, inputs, seed = {
            "softmax": (lambda: functional.softmax(x, -1), (x,), g),
            "layer-norm": (lambda: functional.layer_norm(x, (COLUMNS,), scale, shift), (x, scale, shift), None),
            "gelu": (lambda: functional.gelu(x), (x,), g),
            "cross-entropy": (lambda: functional.cross_entropy(x, targets), (x,), None)}[name]
        if not both:
            return lambda: (forward(),)
        if name == "layer-norm":  # as on our side, a loss: there is no map from one cotangent to several
            return lambda: self.torch.autograd.grad((forward() * g).sum(), inputs)
        return lambda: self.torch.autograd.grad(forward(), inputs, seed)


class JAX:
    """Training: one jitted call a step, or 1,000 steps inside one jitted loop."""

    STEPS = 1000

    def __init__(self):
        import jax
        import jax.numpy as jnp

        self.jax, self.jnp, self.version = jax, jnp, jax.__version__

    def finish(self, outputs):
        return [np.asarray(y) for y in outputs]

    def language_loss(self, case):
        """The parameters of a language model and its loss as a function of them."""
        jax, jnp = self.jax, self.jnp
        tokens, targets, parameters = language(case)
        start = [jnp.asarray(p.T if i in (1, 2, 5) else p) for i, p in enumerate(parameters)]

        def loss(parameters):
            table, input_weight, hidden_weight, input_bias, hidden_bias, weight, bias = parameters
            projections = table[tokens] @ input_weight + (input_bias + hidden_bias)

            def advance(carry, projection):
                h, c = carry
                i, f, g, o = jnp.split(projection + h @ hidden_weight, 4, axis=-1)
                c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
                h = jax.nn.sigmoid(o) * jnp.tanh(c)
                return (h, c), h

            zeros = jnp.zeros((tokens.shape[1], hidden_weight.shape[0]))
            _, states = jax.lax.scan(advance, (zeros, zeros), projections)
            y = states.reshape(-1, states.shape[-1]) @ weight + bias
            return -jnp.mean(jax.nn.log_softmax(y)[jnp.arange(len(targets)), targets])

        return start, loss

    def mlp_loss(self, case):
        """The parameters of a perceptron and its loss as a function of them."""
        jax, jnp = self.jax, self.jnp
        x, targets, layers = mlp(case)
        x, targets = jnp.asarray(x), jnp.asarray(targets)
        start = [(jnp.asarray(weight.T), jnp.asarray(bias)) for weight, bias in layers]

        def loss(parameters):
            y = x
            for i, (weight, bias) in enumerate(parameters):
                y = y @ weight + bias
                if i + 1 < len(parameters):
                    y = jax.nn.relu(y)
            return -jnp.mean(jax.nn.log_softmax(y)[jnp.arange(len(targets)), targets])

        return start, loss

    def images(self, name):
        """A network for images with SGD; running statistics are left out, which only helps it."""
        jax, jnp = self.jax, self.jnp
        small = name == "lenet"
        batch, image = (128, (1, 28, 28)) if small else (32, (3, 32, 32))
        x, targets = jnp.asarray(numbers((batch, *image), 1)), jnp.asarray(classes(batch, 2, 10))
        if small:
            shapes = [("c", (6, 1, 5, 5)), ("bias", (6,)), ("c", (16, 6, 5, 5)), ("bias", (16,)), ("l", (120, 400)),
                      ("bias", (120,)), ("l", (84, 120)), ("bias", (84,)), ("l", (10, 84)), ("bias", (10,))]
        else:
            norm = lambda c: [("weight", (c,)), ("bias", (c,))]
            shapes, widths = [("c", (64, 3, 3, 3))] + norm(64), [64, 64, 128, 256, 512]
            for a, b in zip(widths, widths[1:]):
                for i, inputs in enumerate((a, b)):
                    shapes += [("c", (b, inputs, 3, 3))] + norm(b) + [("c", (b, b, 3, 3))] + norm(b)
                    shapes += [("c", (b, inputs, 1, 1))] + norm(b) if inputs != b else []
            shapes += [("l", (10, 512)), ("bias", (10,))]
        start = [jnp.asarray(w) for w in shared_weights(shapes)]

        def convolve(y, w, stride=1, padding=0):
            return jax.lax.conv_general_dilated(y, w, (stride, stride), [(padding, padding)] * 2)

        def norm(y, scale, shift):
            mean, variance = y.mean((0, 2, 3), keepdims=True), y.var((0, 2, 3), keepdims=True)
            return (y - mean) * jax.lax.rsqrt(variance + 1e-5) * scale[:, None, None] + shift[:, None, None]

        def lenet(p):
            pool = lambda y: y.reshape(y.shape[0], y.shape[1], y.shape[2] // 2, 2, -1, 2).mean((3, 5))
            y = pool(jax.nn.sigmoid(convolve(x, p[0], padding=2) + p[1][:, None, None]))
            y = pool(jax.nn.sigmoid(convolve(y, p[2]) + p[3][:, None, None])).reshape(batch, -1)
            for i in (4, 6):
                y = jax.nn.sigmoid(y @ p[i].T + p[i + 1])
            return y @ p[8].T + p[9]

        def resnet(p):
            p = iter(p)
            y = jax.nn.relu(norm(convolve(x, next(p), padding=1), next(p), next(p)))
            for stage in range(4):
                for block in range(2):
                    stride = 2 if stage and not block else 1
                    z = jax.nn.relu(norm(convolve(y, next(p), stride, 1), next(p), next(p)))
                    z = norm(convolve(z, next(p), 1, 1), next(p), next(p))
                    y = norm(convolve(y, next(p), stride), next(p), next(p)) if stride > 1 else y
                    y = jax.nn.relu(z + y)
            return y.mean((2, 3)) @ next(p).T + next(p)

        def loss(parameters):
            y = (lenet if small else resnet)(parameters)
            return -jnp.mean(jax.nn.log_softmax(y)[jnp.arange(batch), targets])

        rate, momentum = (0.1, 0.0) if small else (1e-4, 0.9)

        @jax.jit
        def run(state):
            parameters, speeds, _ = state
            value, gradient = jax.value_and_grad(loss)(parameters)
            speeds = [momentum * v + g for v, g in zip(speeds, gradient)] if momentum else speeds
            parameters = [w - rate * v for w, v in zip(parameters, speeds if momentum else gradient)]
            return parameters, speeds, value

        current = {}

        def reset():
            current["state"] = (start, [jnp.zeros_like(w) for w in start], jnp.float32(0))

        def advance():
            current["state"] = run(current["state"])
            return (current["state"][-1],)

        advance.wait = lambda: jax.block_until_ready(current["state"])
        return reset, advance

    def prepare(self, variant, case):
        jax, jnp = self.jax, self.jnp
        if case.split("-")[0] in ("lenet", "resnet18"):
            return self.images(case.split("-")[0])
        start, loss = (self.language_loss if case.startswith("lstm") else self.mlp_loss)(case)

        def step(state):
            parameters, first, second, t, _ = state
            value, gradient = jax.value_and_grad(loss)(parameters)
            first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
            second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
            t = t + 1
            c1, c2 = 1 - 0.9**t, 1 - 0.999**t
            parameters = jax.tree.map(
                lambda p, m, v: p - 1e-3 * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), parameters, first, second)
            return parameters, first, second, t, value

        zeros = jax.tree.map(jnp.zeros_like, start)
        initial = (start, zeros, zeros, jnp.float32(0), jnp.float32(0))
        whole = variant == "JAX loop"
        run = jax.jit((lambda s: jax.lax.fori_loop(0, self.STEPS, lambda _, s: step(s), s)) if whole else step)
        current = {}

        def reset():
            current["state"] = initial

        def advance():
            current["state"] = run(current["state"])
            return (current["state"][-1],)

        advance.steps = self.STEPS if whole else 1
        advance.wait = lambda: jax.block_until_ready(current["state"])
        return reset, advance


def main():
    system = {"torch": Torch, "jax": JAX}[SYSTEM]()
    prepared = {}

    def work(variant, case):
        if (variant, case) not in prepared:
            prepared[variant, case] = system.prepare(variant, case)
        return prepared[variant, case]

    def timed(variant, case, count):
        reset, step = work(variant, case)
        if reset:
            reset()
            step()  # a first step makes the optimizer's state
            getattr(step, "wait", lambda: None)()
        count = -(-count // getattr(step, "steps", 1))
        begin = time.perf_counter()
        for _ in range(count):
            step()
        getattr(step, "wait", lambda: None)()
        return {"seconds": (time.perf_counter() - begin) / (count * getattr(step, "steps", 1))}

    def check(variant, case):
        reset, step = work("JAX call" if variant == "JAX loop" else variant, case)
        if not reset:
            return {"outputs": samples(system.finish(step()))}
        reset()
        return {"outputs": samples([system.finish(step())[0] for _ in range(5)])}

    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        if verb == "version":
            answer = {"version": system.version}
        elif verb == "check":
            answer = check(*rest.split("/"))
        else:
            name, _, count = rest.rpartition(" ")
            answer = timed(*name.split("/"), int(count))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
