import SurprisalTensors
import Testing

/// Derivatives where there is a kink, a pole or a tie, as the doc comments state them; in every floating type.
struct ElementwiseEdgeTests {
  static let floats: [DType] = [.float64, .float32, .bfloat16]

  private func derivative(
    at values: [Double], _ dtype: DType = .float64, _ function: (Tensor) -> Tensor
  ) -> [Double] {
    gradient(of: Tensor(values, dtype: dtype)) { function($0).sum() }.doubles
  }

  /// The same with the rule made of operations, which an enclosing derivative asks for.
  private func composedDerivative(at values: [Double], _ function: (Tensor) -> Tensor) -> [Double] {
    var inner = Tensor(0)
    _ = gradient(of: Tensor(values)) { x in
      let slope = gradient(of: x) { function($0).sum() }
      inner = slope.withoutDerivative()
      return slope.sum()
    }
    return inner.doubles
  }

  @Test(arguments: floats) func kinksHaveTheStatedDerivative(_ dtype: DType) {
    let cases: [(String, [Double], [Double], @Sendable (Tensor) -> Tensor)] = [
      ("relu", [-1, 0, -0.0, 2], [0, 0, 0, 1], { $0.relu() }),
      ("abs", [-1, 0, -0.0, 2], [-1, 0, 0, 1], { $0.abs() }),
      ("leakyReLU", [-1, 0, 2], [0.25, 0.25, 1], { $0.leakyReLU(slope: 0.25) }),
      ("elu", [0, 2], [0.5, 1], { $0.elu(alpha: 0.5) }),
      ("clamp", [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0], { $0.clamped(to: -1...1) }),
      ("clamp from", [-2, -1, 3], [0, 1, 1], { $0.clamped(to: (-1)...) }),
      ("clamp through", [-2, 1, 3], [1, 1, 0], { $0.clamped(to: ...1) }),
      ("maximum", [-1, 0, 2], [0, 0.5, 1], { Tensor.maximum($0, 0) }),
      ("minimum", [-1, 0, 2], [1, 0.5, 0], { Tensor.minimum($0, 0) }),
      ("maximum of itself", [3], [1], { Tensor.maximum($0, $0) }),
      ("sign", [-1, 0, 2], [0, 0, 0], { $0.sign() + $0 * 0 }),
      ("steps", [-1.5, 0, 2], [0, 0, 0], { $0.floor() + $0.ceil() + $0.rounded() }),
      ("sqrt", [0, 4], [.infinity, 0.25], { $0.squareRoot() }),
      ("log", [0, 4], [.infinity, 0.25], { $0.log() }),
      ("power 0", [0, 3, -2], [0, 0, 0], { $0.power(0) }),
      ("power 1", [0, 3], [1, 1], { $0.power(1) }),
      ("power 2", [0, 3], [0, 6], { $0.power(2) }),
      ("power ½", [0, 4], [.infinity, 0.25], { $0.power(0.5) }),
    ]
    for (name, values, expected, function) in cases {
      #expect(derivative(at: values, dtype, function) == expected, "\(name)")
      if dtype == .float64 { #expect(composedDerivative(at: values, function) == expected, "\(name), composed") }
    }
  }

  @Test(arguments: floats) func powersOfZero(_ dtype: DType) {
    let base = Tensor([0.0, 0, 0, 2], dtype: dtype)
    let exponent = Tensor([0.0, 1, 2, 0], dtype: dtype)
    let (value, gradients) = valueAndGradient(of: base, exponent) { $0.power($1).sum() }
    #expect(value.item == 2)
    #expect(gradients.0.doubles == [0.0, 1, 0, 0])
    let logarithm = Tensor(Tensor([2.0]).log().doubles, dtype: dtype).item
    #expect(gradients.1.doubles == [0, 0, 0, logarithm])
    #expect(Tensor([0.0, 5, Double.nan], dtype: dtype).power(0).doubles == [1.0, 1, 1])
  }

  /// Where the reciprocal overflows, the derivative of x⁰ is 0 too.
  @Test(arguments: floats) func powersOfSubnormalNumbers(_ dtype: DType) {
    let smallest = dtype == .float64 ? 0x1p-1074 : dtype == .float32 ? 0x1p-149 : 0x1p-133
    let base = Tensor([smallest, -smallest, 2 * smallest, 0, -0.0, 2], dtype: dtype)
    let exponent = Tensor(zeros: [6], dtype: dtype)
    let zeros = [Double](repeating: 0, count: 6)
    #expect(gradient(of: base) { $0.power(exponent).sum() }.doubles == zeros)
    #expect(gradient(of: base) { $0.power(0).sum() }.doubles == zeros)
    // ∂²/∂x∂p x^p = 1 / x at p = 0.
    let mixed = gradient(of: exponent[5...]) { p in gradient(of: base[5...]) { $0.power(p).sum() }.sum() }
    #expect(mixed.doubles == [0.5])
  }

  /// 0 · log 0 is 0, and so is its derivative; the entropy of a certain outcome has no NaN.
  @Test(arguments: floats) func zeroTimesLogZero(_ dtype: DType) {
    let p = Tensor([0.0, 1], dtype: dtype)
    let (entropy, slope) = valueAndGradient(of: p) { -$0.timesLog($0).sum() }
    #expect(entropy.item == 0)
    #expect(slope.doubles == [0.0, -1])
    let (value, gradients) = valueAndGradient(of: p, Tensor([0.0, 0], dtype: dtype)) { $0.timesLog($1).sum() }
    #expect(value.item == -.infinity)
    #expect(gradients.0.doubles == [0, -Double.infinity])
    #expect(gradients.1.doubles == [0, Double.infinity])
    #expect(p.timesLog(Tensor([Double.nan, 1], dtype: dtype)).doubles[0].isNaN)
  }

  /// What stands on the side that is not taken reaches neither value nor derivative.
  @Test(arguments: floats) func theSideNotTakenIsSilent(_ dtype: DType) {
    let x = Tensor([-1.0, 4], dtype: dtype)
    let (value, slope) = valueAndGradient(of: x) { x in
      Tensor(where: x .> 0, x * 2, else: Tensor([Double.nan, .infinity], dtype: dtype)).sum()
    }
    #expect(value.item.isNaN)
    #expect(slope.doubles == [0.0, 2])
    let masked = gradient(of: x) { x in Tensor(where: x .> 0, 3, else: x).sum() }
    #expect(masked.doubles == [1.0, 0])
  }

  /// Beyond the range of exponentials: finite values, derivatives and second derivatives.
  @Test(arguments: floats) func extremeInputsGiveNoNaN(_ dtype: DType) {
    let functions: [(String, @Sendable (Tensor) -> Tensor)] = [
      ("sigmoid", { $0.sigmoid() }), ("softplus", { $0.softplus() }), ("tanh", { $0.tanh() }),
      ("gelu", { $0.gelu() }), ("geluTanh", { $0.geluTanh() }), ("silu", { $0.silu() }), ("elu", { $0.elu() }),
      ("relu", { $0.relu() }), ("leakyReLU", { $0.leakyReLU() }), ("erf", { $0.erf() }),
      ("expMinusOne", { Tensor.minimum($0, 1).expMinusOne() }), ("log1p", { log(onePlus: $0.square()) }),
    ]
    for (name, function) in functions {
      for value in [1e4, -1e4, 200, -200, 0] {
        let x = Tensor([value], dtype: dtype)
        let slope = { (x: Tensor) in gradient(of: x) { function($0).sum() } }
        let curvature = gradient(of: x) { slope($0).sum() }
        #expect(function(x).item.isFinite && slope(x).item.isFinite, "\(name) at \(value)")
        #expect(curvature.item.isFinite, "\(name) at \(value): second derivative \(curvature.item)")
      }
    }
  }

  /// At ±∞, and where the square of x overflows: kernels and composed rules have the limits, the curvature is 0.
  @Test(arguments: floats) func derivativesAtInfinity(_ dtype: DType) {
    let x = Tensor([.infinity, -.infinity, 1e20, -1e20, 1e38, -1e38], dtype: dtype)
    let gate: [Double] = [1, 0, 1, 0, 1, 0]
    let flat = [Double](repeating: 0, count: 6)
    let functions: [(String, [Double], @Sendable (Tensor) -> Tensor)] = [
      ("gelu", gate, { $0.gelu() }), ("geluTanh", gate, { $0.geluTanh() }), ("silu", gate, { $0.silu() }),
      ("softplus", gate, { $0.softplus() }), ("relu", gate, { $0.relu() }), ("elu", gate, { $0.elu() }),
      ("sigmoid", flat, { $0.sigmoid() }), ("tanh", flat, { $0.tanh() }), ("erf", flat, { $0.erf() }),
    ]
    for (name, expected, function) in functions {
      let slope = { (x: Tensor) in gradient(of: x) { function($0).sum() } }
      let composed = composedCotangent(of: x, Tensor(1, dtype: dtype)) { function($0).sum() }
      #expect(slope(x).doubles == expected, "\(name)")
      #expect(composed.doubles == expected, "\(name), composed")
      #expect(gradient(of: x) { slope($0).sum() }.doubles == flat, "\(name), second derivative")
    }
  }

  /// The limits in the composed rules change no derivative: beside them both rules agree.
  @Test func theLimitsOfComposedRulesAreSilent() {
    let x = Tensor((-420...420).map { Double($0) / 4 })
    let functions: [@Sendable (Tensor) -> Tensor] = [
      { $0.gelu() }, { $0.geluTanh() }, { $0.silu() }, { $0.erf() },
    ]
    for function in functions {
      let fused = gradient(of: x) { function($0).sum() }
      expectClose(composedCotangent(of: x, Tensor(ones: [x.count], dtype: .float64), function), fused.doubles)
    }
  }

  /// The derivative chain of the gamma functions, by ψ(1) = −γ, ψ′(1) = π²/6 and ψ″(1) = −2 ζ(3).
  @Test func gammaFunctionsDeriveFromEachOther() {
    let one = Tensor([1.0])
    let first = gradient(of: one) { $0.logGamma().sum() }
    let second = gradient(of: one) { gradient(of: $0) { $0.logGamma().sum() }.sum() }
    let third = gradient(of: one) { gradient(of: $0) { gradient(of: $0) { $0.logGamma().sum() }.sum() }.sum() }
    #expect(abs(first.item + 0.577_215_664_901_532_9) < 1e-14)
    #expect(abs(second.item - Double.pi * Double.pi / 6) < 1e-13)
    #expect(abs(third.item + 2 * 1.202_056_903_159_594) < 1e-13)
    #expect(one.polygamma(order: 0).item == one.digamma().item)
  }
}
