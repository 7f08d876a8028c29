# The numbers of the examples for 004 sections 3 to 8 and 11 (or of those named), by NumPy 2.4, SciPy, scikit-learn and PyTorch 2.13.
# Prints one block for each example; ExampleTests.swift holds the lines. The draws repeat the project's counter-based
# generator (Philox 4x32-10, Salmon et al. 2011) as `Tensor.uniform` and `Tensor.normal` use it in float64.
import sys

import numpy as np
import torch
import torch.nn.functional as F
from scipy import signal
from scipy.stats import norm as standard_normal, binomtest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold

torch.set_default_dtype(torch.float64)


def philox(seed, first, count):
    mask, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    c = np.arange(count, dtype=np.uint64) + np.uint64(first)
    c0, c1, c2, c3 = c & mask, c >> half, np.zeros_like(c), np.zeros_like(c)
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (b >> half) ^ c1 ^ np.uint64(k0), b & mask, (a >> half) ^ c3 ^ np.uint64(k1), a & mask
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], 1).reshape(-1)


class Generator:
    def __init__(self, seed):
        self.seed, self.block = seed, 0

    def words(self, count, each):
        blocks = (count * each + 3) // 4
        words = philox(self.seed, self.block, blocks)
        # Every element has 64 further blocks for samplers that reject.
        self.block += blocks + 64 * count
        return words

    def wide(self, count):
        words = self.words(count, 2)
        return words[1::2] << np.uint64(32) | words[0::2]

    def uniform(self, low, high, *shape):
        bits = self.wide(int(np.prod(shape)))[: int(np.prod(shape))]
        return (low + (high - low) * ((bits >> np.uint64(11)).astype(float) * 2.0**-53)).reshape(shape)

    def normal(self, *shape, deviation=1.0):
        count = int(np.prod(shape))
        bits, values = self.wide(count), np.empty(count)
        for start in range(0, count, 4096):
            size = min(4096, count - start)
            half = (size + 1) // 2
            piece = bits[start:]
            u = (piece[:half] >> np.uint64(12) | np.uint64(0x3FF0000000000000)).view(float) - (1 - 2.0**-53)
            angles = piece[half : 2 * half].view(np.int64).astype(float) * (np.pi * 2.0**-63)
            radii = np.sqrt(-2 * np.log(u)) * deviation
            values[start : start + half] = radii * np.cos(angles)
            values[start + half : start + size] = (radii * np.sin(angles))[: size - half]
        return values.reshape(shape)


def least_squares(x, y, decay=0.0):
    """Weights and intercept that lower 1/n Σ ½ (ŷ − y)² + λ/2 ‖w‖²."""
    mx, my = x.mean(0), y.mean(0)
    u, s, v = np.linalg.svd(x - mx, full_matrices=False)
    keep = s > s.max() * max(x.shape) * np.finfo(float).eps
    w = v[keep].T @ ((s[keep] / (s[keep] ** 2 + len(x) * decay)) * (u[:, keep].T @ (y - my)))
    return w, my - mx @ w


def half_square(x, y, fit):
    return 0.5 * np.mean((x @ fit[0] + fit[1] - y) ** 2)


def linear_regression():
    g = Generator(1)
    x = g.normal(200, 2)
    noise = g.normal(200, deviation=0.1)
    y = x @ [2, -3.4] + noise + 4.2
    w, b = np.zeros(2), 0.0
    for epoch in range(100):
        rate = 0.2 / (1 + epoch / 3)
        for start in range(0, 200, 20):
            xs, ys = x[start : start + 20], y[start : start + 20]
            e = xs @ w + b - ys
            w, b = w - rate * xs.T @ e / 20, b - rate * e.mean()
    cw, cb = least_squares(x, y)
    v = np.mean((x @ cw + cb - y) ** 2)
    loss = v / 2
    print("SGD", w, b, "closed", cw, cb, "loss", loss, "var", v)
    print("nll", loss / v + 0.5 * np.log(2 * np.pi * v), -np.mean(standard_normal.logpdf(y, x @ cw + cb, v**0.5)))
    print("nll of SGD", -np.mean(standard_normal.logpdf(y, x @ w + b, v**0.5)))


def generalization_error():
    g = Generator(2)
    sets = []
    for count in (20, 1000):
        c = np.arange(count) % 2
        sets.append((2.0 * c - 1 + g.normal(count), c))
    (x, c), (nx, nc) = sets
    m = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000).fit(x[:, None], c)
    t = -m.intercept_[0] / m.coef_[0, 0]
    for a, k in sets:
        right = int(((a > t) == k).sum())
        i = binomtest(right, len(a)).proportion_ci(0.95, "wilson")
        print("error", 1 - right / len(a), "Wilson", 1 - i.high, 1 - i.low)
    print("Hoeffding", np.sqrt(np.log(2 / 0.05) / 2000), "threshold", t, "slope", m.coef_)
    print("R", (standard_normal.sf(t + 1) + standard_normal.cdf(t - 1)) / 2, standard_normal.cdf(-1))


def cubic(x, g):
    return 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6 + g.normal(len(x), deviation=0.1)


def powers(x, degree):
    return np.stack([x**p for p in range(1, degree + 1)], 1)


def polynomial_fit():
    g = Generator(3)
    x = np.linspace(-1.5, 1.5, 20)
    y = cubic(x, g)
    nx = g.uniform(-1.5, 1.5, 1000)
    ny = cubic(nx, g)
    for degree in (1, 3, 16):
        fit = least_squares(powers(x, degree), y)
        print("degree", degree, half_square(powers(x, degree), y, fit), half_square(powers(nx, degree), ny, fit))
    for decay in (1e-6, 1e-3, 0.1, 1):
        m = Ridge(alpha=20 * decay, solver="svd").fit(powers(x, 16), y)
        fit = (m.coef_, m.intercept_)
        losses = half_square(powers(x, 16), y, fit), half_square(powers(nx, 16), ny, fit)
        print("decay", decay, *losses, np.linalg.norm(m.coef_))


def cross_validation():
    g = Generator(4)
    x = g.uniform(-1.5, 1.5, 40)
    y = cubic(x, g)

    def losses(degree, decay):
        p, known, kept = powers(x, degree), [], []
        for a, b in KFold(5).split(p):
            fit = least_squares(p[a], y[a], decay)
            known.append(half_square(p[a], y[a], fit)), kept.append(half_square(p[b], y[b], fit))
        return np.mean(known), np.mean(kept)

    for degree in range(1, 9):
        print("degree", degree, *losses(degree, 0))
    for decay in (0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1):
        print("decay", decay, losses(10, decay)[1])


def weight_decay():
    g = Generator(5)

    def draw(count):
        x = g.normal(count, 40)
        return x, 0.05 + 0.1 * x.sum(1) + g.normal(count, deviation=0.5)

    (x, y), (nx, ny) = draw(20), draw(1000)
    for decay in (0, 0.1, 1, 10):
        fit = least_squares(x, y, decay)
        print("decay", decay, np.linalg.norm(fit[0]), half_square(x, y, fit), half_square(nx, ny, fit))
        if decay:
            print("  sklearn", np.linalg.norm(Ridge(alpha=20 * decay).fit(x, y).coef_))
    w, b = np.zeros(40), 0.0
    for _ in range(1000):
        e = x @ w + b - y
        w, b = w - 0.1 * (w + x.T @ e / 20), b - 0.1 * e.mean()
    fit = least_squares(x, y, 1)
    print("descent", np.linalg.norm(w - fit[0]), b - fit[1])


def softmax_regression():
    x = torch.tensor([0.1, 0.9, 0.4, 0.6])
    w = torch.tensor([[1.0, -0.5, 0.2, 0.3], [-0.8, 0.6, 0.1, 0.4], [0.3, 0.2, -0.4, 0.9]])
    o = (w @ x + torch.tensor([0.1, 0.0, -0.2])).requires_grad_()
    loss = F.cross_entropy(o[None], torch.tensor([1]))
    loss.backward()
    print(o.detach().numpy(), F.softmax(o, 0).detach().numpy(), loss.item(), o.grad.numpy())
    print(F.cross_entropy(torch.tensor([[1000.0, 1001, 1002]]), torch.tensor([1])).item())


def linear_limits():
    g = Generator(6)
    x, c = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), torch.tensor([0, 1, 1, 0])

    def layer(inputs, outputs):
        m = torch.nn.Linear(inputs, outputs)
        m.weight.data, m.bias.data = torch.tensor(g.normal(outputs, inputs)), torch.zeros(outputs)
        return m

    for model in [layer(2, 2), torch.nn.Sequential(layer(2, 4), torch.nn.Tanh(), layer(4, 2))]:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
        for _ in range(500):
            optimizer.zero_grad()
            F.cross_entropy(model(x), c).backward()
            optimizer.step()
        slopes = []
        for second in (0.0, 1.0):
            p = torch.tensor([[0.5, second]], requires_grad=True)
            o = model(p)
            slopes.append(torch.autograd.grad(o[0, 1] - o[0, 0], p)[0][0, 0].item())
        print(F.cross_entropy(model(x), c).item(), F.softmax(model(x), 1)[:, 1].tolist(), slopes)


def activation_functions():
    for f in (torch.relu, torch.sigmoid, torch.tanh):
        x = torch.tensor([-2.0, 0, 2], requires_grad=True)
        y = f(x)
        y.sum().backward()
        print(y.detach().numpy(), x.grad.numpy())


def multilayer_perceptron():
    g = Generator(7)

    def layer(inputs, outputs):
        m = torch.nn.Linear(inputs, outputs)
        m.weight.data = torch.tensor(g.normal(outputs, inputs, deviation=(2 / inputs) ** 0.5))
        m.bias.data = torch.zeros(outputs)
        return m

    layer(4, 8), layer(8, 3), g.normal(5, 4)
    d = load_digits()
    x, y = torch.tensor(d.data / 16), torch.tensor(d.target)
    models = [layer(64, 10), torch.nn.Sequential(layer(64, 128), torch.nn.ReLU(), layer(128, 10))]
    for model in models:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        for _ in range(20):
            for start in range(0, 1000, 50):
                optimizer.zero_grad()
                F.cross_entropy(model(x[start : start + 50]), y[start : start + 50]).backward()
                optimizer.step()
        with torch.no_grad():
            o = model(x[1000:])
            right = (o.argmax(1) == y[1000:]).double().mean().item()
            # Rounding may not decide which class wins.
            first, second = o.topk(2, dim=1).values.T
            assert (first - second).min() > 1e-3
            print(sum(p.numel() for p in model.parameters()), 100 * right, F.cross_entropy(o, y[1000:]).item())


def norms_on_the_way_back(law, activation):
    g = Generator(8)
    x, direction = torch.tensor(g.normal(32, 64)), torch.tensor(g.normal(32, 64))
    weights = [torch.tensor(g.normal(64, 64, deviation=law)) for _ in range(20)]
    values = [x.requires_grad_()]
    for w in weights:
        values.append(activation(values[-1] @ w.T))
        values[-1].retain_grad()
    (values[-1] * direction).sum().backward()
    return [v.grad.norm().item() for v in values]


def initialization():
    for name, activation in (("ReLU", torch.relu), ("tanh", torch.tanh)):
        for law, deviation in (("0.01", 0.01), ("1", 1), ("Xavier", (2 / 128) ** 0.5), ("Kaiming", (2 / 64) ** 0.5)):
            norms = norms_on_the_way_back(deviation, activation)
            print(name, law, ", ".join("%.3g" % norms[layer] for layer in (20, 15, 10, 5, 0)))


def dropout():
    for p in (0.2, 0.5):
        kept = Generator(9).words(100000, 1)[:100000] < np.uint64((1 - p) * 2**32)
        y = kept / (1 - p)
        print(p, 100 * (1 - kept.mean()), y.max(), y.mean(), y.var(), p / (1 - p))


def convolutions():
    x, k = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    print(signal.correlate2d(x, k, "valid").tolist(), signal.convolve2d(x, k, "valid").tolist())
    print(np.correlate([1, 1, 0, 0, 0, 0, 1, 1], [1, -1]))


def channels():
    p = torch.arange(9.0).reshape(3, 3)
    x = torch.stack([p, p + 1])[None]
    k = torch.tensor([0.0, 1, 2, 3, 1, 2, 3, 4]).reshape(1, 2, 2, 2)
    print(F.conv2d(x, torch.cat([k, k + 1, k + 2])).tolist())


def pooling():
    x, y = torch.arange(9.0).reshape(1, 1, 3, 3), torch.arange(16.0).reshape(1, 1, 4, 4)
    print(F.max_pool2d(x, 2, 1).tolist(), F.avg_pool2d(x, 2, 1).tolist())
    print(F.max_pool2d(y, 3).tolist(), F.max_pool2d(y, 3, 2, 1).tolist())


def normalization():
    x = torch.tensor([[1.0, 10], [2, 20], [3, 30], [4, 60]])
    m = torch.nn.BatchNorm1d(2)
    y = m(x)
    print(y.mean(0).tolist(), y.var(0, correction=0).tolist(), m.running_mean.tolist(), m.running_var.tolist())
    print(y[0].tolist(), m.eval()(x)[0].tolist())
    z = torch.nn.BatchNorm2d(2)((torch.arange(36.0) ** 2).reshape(2, 2, 3, 3))
    print(z.mean((0, 2, 3)).tolist(), z.var((0, 2, 3), correction=0).tolist())
    rows = torch.nn.LayerNorm(4)(torch.tensor([[1.0, 2, 3, 4], [10, 20, 30, 60]]))
    print(rows.tolist(), rows.mean(1).tolist(), rows.var(1, correction=0).tolist())


def residual_blocks():
    g = Generator(13)
    x, direction = torch.tensor(g.normal(32, 64)), torch.tensor(g.normal(32, 64))
    weights = [torch.tensor(g.normal(64, 64, deviation=0.05)) for _ in range(20)]
    for skip in (0, 1):
        start = x.clone().requires_grad_()
        h = start
        for w in weights:
            h = torch.relu(h @ w.T) + skip * h
        (h * direction).sum().backward()
        print(skip, start.grad.norm().item() / direction.norm().item())


def attention_pooling():
    g = Generator(11)
    keys = np.linspace(0, 5, 40)
    values = 2 * np.sin(keys) + keys + g.normal(40)
    kernels = {
        "gaussian": lambda u: np.exp(-u * u / 2), "boxcar": lambda u: (u <= 1) * 1.0,
        "triangular": lambda u: np.maximum(0, 1 - u), "epanechikov": lambda u: np.maximum(0, 1 - u * u),
    }

    def f(queries, kernel, width, leave_out=False):
        distance = np.abs(queries[:, None] - keys)
        if leave_out:
            np.fill_diagonal(distance, np.inf)
        with np.errstate(under="ignore"):
            a = kernels[kernel](distance / width)
        none = a.sum(1) == 0
        a[none] = (distance <= distance.min(1, keepdims=True))[none]
        return a @ values / a.sum(1)

    for kernel in kernels:
        widths = 10.0 * 0.5 ** (np.arange(60) / 2)
        widths = widths[widths * 8 * 40 >= 5]
        errors = [((f(keys, kernel, w, True) - values) ** 2).mean() for w in widths]
        best = int(np.argmin(errors))
        print(kernel, f(np.array([2.5]), kernel, 1)[0], widths[best], errors[best])
    print(values.mean(), values[7], values[-1])
    a = np.exp(-((1.2 - np.arange(4)) ** 2) / 2)
    print(a[:2].sum() / a.sum(), a[2:].sum() / a.sum())


def dot_product_from_gaussian():
    q, keys = torch.tensor([0.5, 1]), torch.tensor([[0.6, 0.8], [-1, 0], [0, 1]])
    for k in (keys, keys * torch.tensor([[1.0], [1], [2]])):
        print(torch.softmax(-((q - k) ** 2).sum(1) / 2, 0).tolist(), torch.softmax(k @ q, 0).tolist())


def scaled_dot_product():
    for width in (4, 64, 256):
        g = Generator(12)
        q, k = torch.tensor(g.normal(1000, 1, width)), torch.tensor(g.normal(1000, 8, width))
        x = q @ k.transpose(1, 2)
        y = x / width**0.5
        print(width, *(v.item() for v in (x.var(correction=0), y.var(correction=0), torch.softmax(x, -1).amax(-1).mean(),
                                          torch.softmax(y, -1).amax(-1).mean())))


def masked_softmax():
    x = torch.tensor([i * 7 % 5 / 4 for i in range(16)]).reshape(2, 2, 4)
    for ends in (torch.tensor([2, 3]).reshape(2, 1, 1), torch.tensor([1, 3, 2, 4]).reshape(2, 2, 1)):
        print(torch.softmax(x.masked_fill(torch.arange(4) >= ends, -torch.inf), -1).tolist())


def batch_matrix_multiplication():
    print(torch.bmm(torch.arange(12.0).reshape(2, 2, 3), torch.arange(12.0).reshape(2, 3, 2)).tolist())


def scaled_dot_product_attention():
    q = torch.tensor([[1.0, 0], [0.5, -1], [2, 1]])
    k = torch.tensor([[1.0, 1], [0, 2], [-1, 0.5], [3, 3]])
    v = torch.tensor([[1.0, 0], [0, 1], [2, 2], [9, 9]])
    print(F.scaled_dot_product_attention(q[None], k[None, :3], v[None, :3]).tolist())
    p = torch.softmax(q @ k[:3].T / 2**0.5, -1)
    print(p.tolist(), (-(p * p.log2()).sum(-1)).tolist())
    print(F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True).tolist())


def additive_attention():
    wq, wk = torch.arange(12.0).reshape(4, 3) / 10 - 0.5, torch.arange(8.0).reshape(4, 2) / 5 - 0.7
    q, k = torch.tensor([[1.0, 2, -1], [0, 0.5, 1]]), torch.tensor([[1.0, -1], [0.5, 2], [0, 0]])
    x = torch.tanh((q @ wq.T)[:, None] + (k @ wk.T)[None]) @ torch.tensor([1.0, -2, 0.5, 3])
    v = torch.tensor([1.0, 2, 4])
    print(x.tolist(), torch.softmax(x, -1).tolist(), (torch.softmax(x, -1) @ v).tolist())
    print((torch.softmax(x[:, :2], -1) @ v[:2]).tolist())


for example in (
    linear_regression, generalization_error, polynomial_fit, cross_validation, weight_decay, softmax_regression,
    linear_limits, activation_functions, multilayer_perceptron, initialization, dropout, convolutions, channels,
    pooling, normalization, residual_blocks, attention_pooling, dot_product_from_gaussian, scaled_dot_product,
    masked_softmax, batch_matrix_multiplication, scaled_dot_product_attention, additive_attention,
):
    if len(sys.argv) > 1 and example.__name__ not in sys.argv[1:]:
        continue
    print("──", example.__name__)
    example()
