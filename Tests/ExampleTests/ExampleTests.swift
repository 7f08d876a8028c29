import Foundation
import Testing

/// Every example runs and prints the numbers that the notes and their sources give.
struct ExampleTests {
  static let expected: [(name: String, lines: [String])] = [
    ("information-content", ["p = 0.5: h = 1.000000 bits", "p = 0.25: h = 2.000000 bits"]),
    ("entropy", ["p = [0.5, 0.5]: H = 1.000000 bits", "H = 0.468996 bits", "H = 0.000000 bits", "H = 2.000000 bits"]),
    ("differential-entropy", ["Δ = 0.01: H_Δ = 6.024109 nats, H_Δ + ln Δ = 1.418939 nats", "h = 1.418939 nats"]),
    ("kl-discrete", ["H(p, q) − H(p) = 0.510826 nats", "KL(p ‖ q) = 0.510826 nats"]),
    ("kl-continuous", ["Δ = 0.01: Σ pΔ ln(pΔ / qΔ) = 0.443147 nats"]),
    ("kl-asymmetry", ["KL(q ‖ p) = 0.368064 nats", "inf"]),
    ("log-sum", ["ln p(X) = "]),
    ("lower-bound", ["L + KL = "]),
    // Do and Batzoglou 2008, figure 1b: responsibilities 0.45, 0.80, 0.73, 0.35, 0.65 at the start,
    // (0.71, 0.58) after one iteration and (0.80, 0.52) after ten.
    ("e-step", ["q = (0.45, 0.55)", "q = (0.80, 0.20)", "q = (0.73, 0.27)", "q = (0.35, 0.65)", "q = (0.65, 0.35)"]),
    ("m-step", ["1: heads = (0.71, 0.58)", "10: heads = (0.80, 0.52)"]),
    ("maximum-likelihood-as-kl", ["= −H(p_true) nats"]),
    ("em-from-kl", ["log p(X) = -1130.263960 nats"]),
    ("expected-surprise", ["p(Y = k) = 1.0: surprise 0.0000 nats", "H(Y) = 0.325083 nats"]),
    // H(p) = ln 2, H(q) = 0.325083 and both divergences by scipy.stats.entropy.
    (
      "cross-entropy",
      ["H(p, q) = 1.203973 = 0.693147 + 0.510826 nats", "H(q, p) = 0.693147 = 0.325083 + 0.368064 nats"]
    ),
    // The same maximum by NumPy from thirty random starts.
    (
      "mixed-table",
      [
        "share 0.5333: visits 1.2510, card 0.1252, minutes 9.7503",
        "share 0.4667: visits 8.2837, card 0.8568, minutes 1.4293", "log p(X) = -77.9059 nats, gap 0.000000 nats",
        "customer 1: frequent with probability 0.9545, log p(x) = -5.6311 nats",
        "customer 2: frequent with probability 0.0042, log p(x) = -7.5945 nats",
      ]
    ),
    // 0.0015 / 0.011485, and 0.98 times it over 0.98 times it and 0.03 times the rest.
    (
      "bayes-theorem",
      [
        "p(positive) = 0.011485, surprise 6.444105 bits", "p(ill | positive) = 0.1306",
        "h(ill | positive) = 9.380822 + 0.000000 − 6.444105 = 2.936716 bits", "p(ill | both positive) = 0.8307",
        "learned: 0.667971 bits, then 1.817713 bits", "p(ill | negative) = 0.0000",
      ]
    ),
    // The closed form of Anderson 1957 by NumPy.
    (
      "missing-cells",
      [
        "waiting 70.7374 ± 13.7421 minutes, log p(X) = -1079.1183 nats",
        "the fourth wait, from its eruption: 57.7051 ± 6.0805 minutes; it was 62",
      ]
    ),
    // scikit-learn's CategoricalNB on the same images.
    ("naive-bayes", ["told rightly: 87.08 % of 797", "log loss 0.907433 nats"]),
    // 91^(1/3) = 4.497941.
    (
      "norms",
      [
        "‖x‖₁ = 7.000000, ‖x‖₂ = 5.000000, ‖x‖₃ = 4.497941", "p = 2.0: ‖x + y‖ = 4.472136 ≤",
        "(0.600000, -0.800000)",
      ]
    ),
    ("chain-rule", ["∂y/∂u = (16.000000, 5.000000)", "∂y/∂x in one sweep = (31.000000, 26.000000)"]),
    // The same network in torch.
    (
      "forward-and-backward",
      [
        "J = 0.143101", "∂J/∂W₂ = ((-0.146583, -0.165304, -0.219367))",
        "by differences = -0.018030, by the tape = -0.018030",
        "((-0.047709, 0.395418), (0.163315, -0.026630), (0.070511, 0.158978))",
      ]
    ),
    // From here to residual-blocks: Tests/References/examples.py, by NumPy, SciPy, scikit-learn and PyTorch.
    (
      "linear-regression",
      [
        "SGD: w = (1.992782, -3.402149), b = 4.199853", "closed form: w = (1.992692, -3.402030), b = 4.199505",
        "loss = 0.004509, σ² = 0.009018", "loss / σ² + ½ ln 2πσ² = -0.935335 nats",
        "−log p(y | x) = -0.935335 nats", "with the weights by SGD = -0.935327 nats",
      ]
    ),
    // The interval holds the true error, 0.1628.
    (
      "generalization-error",
      [
        "training error 0.2000 of 20, Wilson's 95 % interval 0.0807 to 0.4160",
        "held-out error 0.1570 of 1000, Wilson's 95 % interval 0.1358 to 0.1809", "within 0.0429",
        "generalization error 0.1628, of the best threshold 0.1587",
      ]
    ),
    (
      "polynomial-fit",
      [
        "degree 1: loss in training 0.933723, of new data 0.766745",
        "degree 3: loss in training 0.003303, of new data 0.005945",
        "degree 16: loss in training 0.000942, of new data 0.338504",
        "λ = 0.001: loss in training 0.002600, of new data 0.006836, ‖w‖ = 2.1065",
        "λ = 1: loss in training 0.270251, of new data 0.271721, ‖w‖ = 0.5813",
      ]
    ),
    (
      "cross-validation",
      [
        "fold sizes 32 + 8, 32 + 8, 32 + 8, 32 + 8, 32 + 8",
        "degree 2: loss in training 0.138016, in validation 0.168975",
        "degree 3: loss in training 0.003550, in validation 0.004347",
        "degree 8: loss in training 0.002665, in validation 0.005917", "chosen degree: 3",
        "degree 10, λ = 0: loss in validation 0.010993", "degree 10, λ = 0.001: loss in validation 0.005480",
        "chosen decay: λ = 0.001",
      ]
    ),
    (
      "weight-decay",
      [
        "λ = 0.0: ‖w‖ = 0.6746, loss in training 0.000000, of new data 0.384556",
        "λ = 1.0: ‖w‖ = 0.3459, loss in training 0.045783, of new data 0.303069",
        "λ = 10.0: ‖w‖ = 0.1009, loss in training 0.204142, of new data 0.314681",
        "decay in the gradient: ‖w − ridge‖ = 0.000000, b − ridge = 0.000000",
        "decay beside the gradient: ‖w − ridge‖ = 0.000000, b − ridge = 0.000000",
      ]
    ),
    (
      "softmax-regression",
      [
        "o = (0.010000, 0.740000, 0.390000)", "ŷ = softmax(o) = (0.220392, 0.457332, 0.322276)",
        "−Σ y log ŷ = 0.782346 nats = log Σ exp(o) − Σ y o = 0.782346 nats",
        "∂loss/∂o = (0.220392, -0.542668, 0.322276)", "softmax(o) − y = (0.220392, -0.542668, 0.322276)",
        "differs from (softmax(o) − y) xᵀ by 0.000000", "1002: inf", "its loss = 1.407606 nats",
      ]
    ),
    (
      "linear-limits",
      [
        "softmax regression: loss 0.6931 nats, p(1) at 00, 01, 10, 11 = 0.50, 0.50, 0.50, 0.50",
        "softmax regression: the derivatives of the log odds by x₁ at x₂ = 0 and x₂ = 1 have one sign",
        "MLP: loss 0.0001 nats, p(1) at 00, 01, 10, 11 = 0.00, 1.00, 1.00, 0.00",
        "MLP: the derivatives of the log odds by x₁ at x₂ = 0 and x₂ = 1 have opposite signs",
      ]
    ),
    (
      "activation-functions",
      [
        "ReLU at -2, 0, 2: (0.000000, 0.000000, 2.000000), derivatives (0.000000, 0.000000, 1.000000)",
        "(0.119203, 0.500000, 0.880797), derivatives (0.104994, 0.250000, 0.104994)",
        "(-0.964028, 0.000000, 0.964028), derivatives (0.070651, 1.000000, 0.070651)",
        "is not a number, ours -1.000000",
      ]
    ),
    (
      "mlp",
      [
        "(W₂ W₁) x differ by 0.000000",
        "softmax regression of 650 parameters: told rightly 92.22 % of 797, loss 0.3140 nats",
        "MLP of 9610 parameters: told rightly 94.48 % of 797, loss 0.2117 nats",
      ]
    ),
    (
      "initialization",
      [
        "ReLU, N(0, 0.01²): ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 2.36e-05, 1.58e-11, 9.18e-18, 6.62e-24",
        "ReLU, N(0, 1): ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 2.36e+05, 1.58e+09, 9.18e+12, 6.62e+16",
        "ReLU, Xavier: ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 7.22, 1.47, 0.261, 0.0575",
        "ReLU, Kaiming: ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 40.8, 46.9, 47.3, 58.8",
        "tanh, N(0, 0.01²): ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 0.000146, 4.89e-10, 1.64e-15, 5.95e-21",
        "tanh, N(0, 1): ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 1.25e+03, 5.89e+04, 1.66e+06, 4.77e+07",
        "tanh, Xavier: ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 37.8, 30.7, 21.1, 8",
        "tanh, Kaiming: ‖∂J/∂h‖ at layers 20, 15, 10, 5, 0 = 45.6, 54.9, 75.6, 90.1, 80.3",
      ]
    ),
    (
      "dropout",
      [
        "p = 0.2: dropped 19.975 %, others 1.25, mean 1.0003, variance 0.2498 (p / (1 − p) = 0.2500)",
        "p = 0.5: dropped 50.116 %, others 2.00, mean 0.9977, variance 1.0000 (p / (1 − p) = 1.0000)",
        "p = 0.5, in inference: largest change 0.000000",
      ]
    ),
    (
      "convolution-as-dense",
      [
        "convolution: ((19.000000, 25.000000), (37.000000, 43.000000))",
        "dense layer: (19.000000, 25.000000, 37.000000, 43.000000)",
        "weights: 36 of the dense layer, 4 of the kernel", "moved by a pixel, difference 0.000000",
      ]
    ),
    (
      "flipped-convolution",
      [
        "cross-correlation: ((19.000000, 25.000000), (37.000000, 43.000000))",
        "convolution, with the flipped kernel: ((5.000000, 11.000000), (23.000000, 29.000000))",
        "edges: (0.000000, 1.000000, 0.000000, 0.000000, 0.000000, -1.000000, 0.000000)",
      ]
    ),
    (
      "padding-and-stride",
      [
        "n = 8, k = 3, p = 2, s = 1: 8 outputs, by the formula 8",
        "n = 8, k = 3, p = 2, s = 2: 4 outputs, by the formula 4",
        "n = 8, k = 3, p = 0, s = 3: 2 outputs, by the formula 2", "the formula holds for 384 of 384 sizes",
        "8 × 8 by 3 × 5, stride 3 × 4: 2 × 2",
      ]
    ),
    (
      "channels",
      [
        "two channels in, one out: ((56.000000, 72.000000), (104.000000, 120.000000))",
        "channel 1 of three out: ((76.000000, 100.000000), (148.000000, 172.000000))",
        "channel 2 of three out: ((96.000000, 128.000000), (192.000000, 224.000000))", "= 24",
        "1 × 1 convolution and dense layer differ by 0.000000",
      ]
    ),
    (
      "pooling",
      [
        "largest of 2 × 2, stride 1: ((4.000000, 5.000000), (7.000000, 8.000000))",
        "mean of 2 × 2, stride 1: ((2.000000, 3.000000), (5.000000, 6.000000))", "side by side: ((10.000000))",
        "with padding 1 and stride 2: ((5.000000, 7.000000), (13.000000, 15.000000))",
        "an edge at pixel 0: (1.000000, 0.000000), at pixel 1: (1.000000, 0.000000)",
        "shape of two channels pooled: [1, 2, 2, 2]",
      ]
    ),
    (
      "batch-normalization",
      [
        "batch: mean (2.500000, 30.000000), variance (1.250000, 350.000000)",
        "normalized: mean (0.000000, 0.000000), variance (1.0000, 1.0000)",
        "running, a tenth of the way: mean (0.250000, 3.000000), variance (1.066667, 47.566667)",
        "in training (-1.341635, -1.069045), in inference (0.726181, 1.014955)",
        "channels: mean (0.000000, 0.000000), variance (1.0000, 1.0000)",
      ]
    ),
    (
      "layer-normalization",
      [
        "normalized: ((-1.341635, -0.447212, 0.447212, 1.341635), (-1.069045, -0.534522, 0.000000, 1.603567))",
        "mean (0.000000, 0.000000), variance (1.0000, 1.0000)", "alone: largest difference 0.000000",
      ]
    ),
    (
      "residual-blocks",
      [
        "differs from the identity (and ReLU) by 0.000000", "with stride 2: [4, 3, 6, 6] becomes [4, 6, 3, 3]",
        "20 plain layers: the gradient arrives 1.69e-11 times as long",
        "20 residual blocks: the gradient arrives 3.72 times as long",
      ]
    ),
    // 4/10 · 2/4 · 1 · 1 · 2/4; the other three from the counts by Python.
    (
      "markov-model",
      [
        "P(the) = 0.400000", "P(cat | the) = 0.500000", "P(the | saw) = 1.000000",
        "P(the cat saw the dog) = 0.100000, −ln P = 2.302585 nats",
        "0 words before, runs of 0: −ln P(text) = 13.862944 nats",
        "0 words before, runs of 1: −ln P(text) = 13.321790 nats",
        "1 words before, runs of 2: −ln P(text) = 5.075174 nats",
        "2 words before, runs of 3: −ln P(text) = 4.382027 nats",
      ]
    ),
    // (2 + 1/5) / 11, (0 + 1/5) / 11, (2 + 2 P(dog)) / 6, 2 P(fox) / 6, (1 + 3 P(dog)) / 5 and (1 + 3 P(dog | the)) / 5.
    (
      "laplace-smoothing",
      [
        "P(dog) = 0.200000, recursive 0.200000; rows 1.000000, 1.000000", "P(fox) = 0.018182, recursive 0.018182",
        "P(dog | the) = 0.400000, recursive 0.400000", "P(fox | the) = 0.006061, recursive 0.006061",
        "P(dog | saw the) = 0.320000, recursive 0.440000; rows 1.000000, 1.000000",
        "ε = 0: P(cat | the) = 0.500000", "ε = 1: P(cat | the) = 0.440000", "ε = 1000000000: P(cat | the) = 0.200000",
      ]
    ),
    // log₂ 27; the models of the shore by the class KneserNey of Tests/References/Language/ngrams.py.
    (
      "perplexity",
      [
        "best case: perplexity 1.000000", "worst case: perplexity inf",
        "uniform over 27: perplexity 27.000000, 4.754888 bits per character", "18 characters in a text of 85",
        "runs of 1: perplexity 9.556567, 3.256492 bits per character",
        "runs of 2: perplexity 3.135018, 1.648474 bits per character",
        "runs of 3: perplexity 2.042847, 1.030581 bits per character",
      ]
    ),
    // References/examples.py, as for the six that follow.
    (
      "attention-pooling",
      [
        "gaussian: f(2.5) = 3.366296; by leaving one out width 0.4419, error 1.100589",
        "boxcar: f(2.5) = 3.648687; by leaving one out width 0.8839, error 1.057909",
        "triangular: f(2.5) = 3.614581; by leaving one out width 1.2500, error 1.096727",
        "epanechikov: f(2.5) = 3.644608; by leaving one out width 0.8839, error 1.088411",
        "infinite width: f(2.5) = 2.884164 = mean value 2.884164", "width 10⁻⁹: f(k₇) = 1.376792 = v₇ = 1.376792",
        "the nearest key's value 2.685920", "p(class | 1.2) = (0.613531, 0.386469), class 0",
      ]
    ),
    (
      "dot-product-attention",
      [
        "Gaussian (0.474668, 0.095834, 0.429498), dot product (0.474668, 0.095834, 0.429498)",
        "Gaussian (0.571197, 0.115323, 0.313480), dot product (0.273112, 0.055140, 0.671747)",
      ]
    ),
    (
      "scaled-dot-product",
      [
        "d = 4: variance 4.050, scaled 1.012; largest of eight weights 0.5237, scaled 0.3424",
        "d = 64: variance 65.100, scaled 1.017; largest of eight weights 0.8745, scaled 0.3606",
        "d = 256: variance 262.108, scaled 1.024; largest of eight weights 0.9383, scaled 0.3656",
      ]
    ),
    (
      "masked-softmax",
      [
        "((0.377541, 0.622459, 0.000000, 0.000000), (0.679179, 0.320821, 0.000000, 0.000000))",
        "((0.291756, 0.481024, 0.227220, 0.000000), (0.444214, 0.209832, 0.345954, 0.000000))",
        "((1.000000, 0.000000, 0.000000, 0.000000), (0.444214, 0.209832, 0.345954, 0.000000))",
        "((0.377541, 0.622459, 0.000000, 0.000000), (0.381818, 0.180358, 0.297360, 0.140463))",
        "largest difference 0.000000", "length 0: (0.000000, 0.000000, 0.000000, 0.000000)",
      ]
    ),
    (
      "batch-matrix-multiplication",
      [
        "[2, 2, 3] times [2, 3, 2] is [2, 2, 2]: (((10.000000, 13.000000), (28.000000, 40.000000)), "
          + "((172.000000, 193.000000), (244.000000, 274.000000)))", "largest difference 0.000000",
      ]
    ),
    (
      "scaled-dot-product-attention",
      [
        "three keys: ((0.856034, 0.564054), (1.173774, 0.854614), (0.705739, 0.375398))",
        "weights (0.575975, 0.283995, 0.140029, 0.000000), entropy 1.3713 bits",
        "weights (0.488182, 0.169022, 0.342796, 0.000000), entropy 1.4680 bits",
        "weights (0.651647, 0.321307, 0.027046, 0.000000), entropy 1.0698 bits",
        "causal: ((1.000000, 0.000000), (0.742817, 0.257183), (0.705739, 0.375398))",
      ]
    ),
    (
      "additive-attention",
      [
        "scores ((1.851593, 3.589510, 2.089102), (1.699167, 3.158898, 1.900982))",
        "weights ((0.125730, 0.714834, 0.159436), (0.153176, 0.659394, 0.187430))",
        "pooled ((2.193142), (2.221684)), of two keys ((1.850422), (1.811492))",
      ]
    ),
    (
      "convex-sets",
      [
        "disk: no segment leaves it", "half-plane: no segment leaves it", "their intersection: no segment leaves it",
        "a below-set: no segment leaves it", "their union: a segment leaves it",
      ]
    ),
    (
      "convex-functions",
      ["½x²: convex on the samples, least f″ = 1.000", "cos πx: not convex", "exp(½x): convex on the samples"]
    ),
    // −¼ ln 0.8 − ¾ ln 0.1 and −ln 0.275.
    (
      "jensen-inequality",
      ["E[X²] − E[X]² = 1.250000", "point mass: 0.000000", "= 1.782725 ≥ −log P(X) = 1.290984 nats"]
    ),
    // 10 · 0.6¹⁰ = 0.060466 and 1 − cos(1.5) / 2 = 0.9646.
    (
      "gradient-descent",
      [
        "its limit f″(x) / 2 = 0.9646", "η = 0.20: x after 10 steps = 0.060466, f fell",
        "η = 1.10: x after 10 steps = 61.917364, f did not fall",
      ]
    ),
    ("self-information", ["I(1/64) = 6.000000 bits, six coins 6.000000 bits"]),
    // Entropies by scipy.stats.entropy; ½ − ln 2 = −0.1931.
    (
      "entropy-properties",
      [
        "H(P) = 1.685475 bits", "−E[log Q] = 2.000000 bits", "= 2.000000 bits = log₂ 4",
        "h of the uniform density on [0, 1] = 0.000000 nats", "h of the density 2x = -0.1931 nats",
      ]
    ),
    // These four by scipy.stats.entropy and NumPy.
    (
      "joint-entropy",
      [
        "H(X) = 0.610864, H(Y) = 1.080528, H(X, Y) = 1.415023 nats", "H(X) + H(Y) = 1.691392 nats",
        "H(X, X) = 0.610864 nats",
      ]
    ),
    (
      "conditional-entropy",
      [
        "Σ p(x) H(Y | X = x) = 0.804158 nats", "H(Y | X) = 0.804158 nats", "H(X, Y) − H(X) = 0.804158 nats",
        "H(X | Y) = 0.334495 nats",
      ]
    ),
    (
      "mutual-information",
      [
        "I(X, Y) = 0.276369 nats = I(Y, X) = 0.276369 nats", "H(X, Y) − H(Y | X) − H(X | Y) = 0.276369 nats",
        "E[pmi] = 0.276369 nats", "KL(p(x, y) ‖ p(x) p(y)) = 0.276369 nats",
        "E_Y KL(p(x | y) ‖ p(x)) = 0.276369 nats", "E_X KL(p(y | x) ‖ p(y)) = 0.276369 nats",
        "I of independent variables = 0.000000 nats", "I(X, X) = 0.610864 nats",
      ]
    ),
    (
      "pointwise-mutual-information",
      ["pmi(0, ·) = 0.980829, -0.048790, -inf nats", "pmi(1, ·) = -1.252763, 0.020203, 0.356675 nats"]
    ),
    // scipy.stats.entropy.
    (
      "kl-properties",
      [
        "D(P ‖ Q) = 0.218012 nats, D(Q ‖ P) = 0.239278 nats", "−log Q/P = 0.218012 nats", "D(P ‖ P) = 0.000000 nats",
      ]
    ),
    // ln 2πe + ½ ln 0.36 = 2.327051, ½ ln 2πe + ½ ln 0.36 = 0.908113, −½ ln 0.36 = 0.510826.
    ("continuous-pair", ["h(X, Y) = 2.327051 nats", "h(Y | X) = 0.908113 nats", "I(X, Y) = 0.510826 nats"]),
    // −½ (ln 0.3 + ln 0.5), ln 4 and scipy.stats.entropy.
    (
      "cross-entropy-properties",
      [
        "mean cross-entropy of the labels = 0.948560 nats", "H(P) = 1.168282 nats",
        "E[log Q] = -1.386294, CE = 1.386294, KL = 0.218012 nats",
        "E[log Q] = -1.168282, CE = 1.168282, KL = 0.000000 nats",
      ]
    ),
    // scikit-learn's PCA of load_digits().
    (
      "pca",
      [
        "50 % of the variance: 5 of 64", "90 % of the variance: 21 of 64", "99 % of the variance: 41 of 64",
        "variances 179.0069, 163.7177, 141.7884", "10 components leave 314.6901", "off by 314.6901",
      ]
    ),
    // With one factor of two columns the likelihood is that of the normal distribution itself.
    (
      "ppca",
      ["closed-form: log p(X) = -1289.7967 nats", "em: log p(X) = -1289.7967 nats", "gap 0.000000"]
    ),
    (
      "factor-analysis",
      ["0.2, 0.2, 0.2, 0.2, 0.2, 0.2 of the variances", "column 1 with the factors: ", "gap of the bound 0.0000 nats"]
    ),
    // Log-likelihood, path and posteriors by hmmlearn; 96 ln 6 = 172.008909.
    (
      "dishonest-casino",
      [
        "die    LLLLLLLLLLLLLLLLLLLLLLLLLLLLLFFFFFFFFFFFFFFFFFFF",
        "die    FFFFFFFFFFFFFFFFFFFFFFFLLLLLLLLLLLLLLLLLLLLLLLLL",
        "ln p(rolls) = -161.014078 nats, with a fair die alone -172.008909 nats", "= -161.014078 nats",
        "p(loaded) at rolls 1, 30, 60, 90: 0.6576, 0.3399, 0.2495, 0.9022",
      ]
    ),
  ]

  @Test(arguments: expected.map(\.name))
  func printsWhatTheNotesSay(name: String) throws {
    let lines = try #require(ExampleTests.expected.first { $0.name == name }).lines
    let (status, output) = try run(name)
    #expect(status == 0)
    for line in lines { #expect(output.contains(line), "\(line) is missing in:\n\(output)") }
  }

  @Test func boundsAndGapsAddUp() throws {
    let (_, output) = try run("lower-bound")
    let total = try #require(output.split(separator: "\n").last?.split(separator: " ").dropLast().last)
    #expect(output.components(separatedBy: "L + KL = \(total) nats").count == 4)
  }

  /// A document is a file of its own: no heading, nothing before or after it.
  @Test func plotsAreDocuments() throws {
    let (status, output) = try run("initialization-plot")
    #expect(status == 0 && output.hasPrefix("<svg") && output.hasSuffix("</svg>\n"))
    for part in ["Gradients on their way back through 20 layers", "‖∂J/∂h‖, ReLU", "Xavier", "Kaiming"] {
      #expect(output.contains(part), "\(part) is missing")
    }
    #expect(!output.contains("NaN"))
  }

  @Test func unknownNamesAreRefused() throws {
    #expect(try run("no-such-example").status == 64)
  }

  private func run(_ name: String) throws -> (status: Int32, output: String) {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("surprisal-examples")
    process.arguments = [name]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
