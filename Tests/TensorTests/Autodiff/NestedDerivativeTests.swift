import SurprisalTensors
import Testing

/// Derivatives inside derivatives, products with Jacobians and Hessians, and what a tape must not follow.
struct NestedDerivativeTests {
  let x = Tensor([0.3, -1.2, 2.0])

  @Test func secondAndThirdDerivativesOfAPower() {
    // d²/dx² Σ x⁴ = 12 x², and once more 24 x.
    let second = gradient(of: x) { x in gradient(of: x) { ($0 * $0 * $0 * $0).sum() }.sum() }
    expectClose(second, [12 * 0.09, 12 * 1.44, 48])
    let third = gradient(of: x) { x in
      gradient(of: x) { x in gradient(of: x) { ($0 * $0 * $0 * $0).sum() }.sum() }.sum()
    }
    expectClose(third, [24 * 0.3, -24 * 1.2, 48])
  }

  /// d/dx [x · d/dy (x + y)] = 1: a tape that confused the two variables would say 2 (Siskind and Pearlmutter 2005).
  @Test func innerAndOuterVariablesAreKeptApart() {
    let one = gradient(of: Tensor(1, dtype: .float64)) { x in
      x * gradient(of: Tensor(1, dtype: .float64)) { y in x + y }
    }
    #expect(one.item == 1)
  }

  @Test func aVariableOfTheOuterDerivativeInsideTheInnerOne() {
    // f(x) = d/dy (x² y³) at y = x: 3 x⁴, whose derivative along both paths is 2x · 3y² + x² · 6y at y = x.
    let result = gradient(of: Tensor(1.5, dtype: .float64)) { x in
      gradient(of: x) { y in x * x * y * y * y }
    }
    #expect(abs(result.item - 12 * 1.5 * 1.5 * 1.5) < 1e-12)
  }

  @Test func productsWithTheJacobian() {
    // f(x) = (x₀x₁, x₁², sin x₂): J = [[x₁, x₀, 0], [0, 2x₁, 0], [0, 0, cos x₂]].
    let f: (Tensor) -> Tensor = { x in
      let (a, b, c) = (x[0], x[1], x[2])
      return Tensor(stacking: [a * b, b * b, c.sin()], alongAxis: 0)
    }
    let expected = [-1.2, 0.3, 0, 0, -2.4, 0, 0, 0, -0.4161468365471424]
    let matrix = jacobian(of: x, f)
    #expect(matrix.shape == [3, 3])
    expectClose(matrix, expected)
    let v = Tensor([0.5, -2, 3])
    let forward = jacobianVectorProduct(of: x, along: v, f).product
    let backward = vectorJacobianProduct(of: x, with: v, f).product
    let rows = stride(from: 0, to: 9, by: 3).map { Array(expected[$0..<$0 + 3]) }
    let vs = [0.5, -2.0, 3.0]
    expectClose(forward, rows.map { $0[0] * vs[0] + $0[1] * vs[1] + $0[2] * vs[2] })
    expectClose(backward, (0..<3).map { column in (0..<3).reduce(0) { $0 + vs[$1] * rows[$1][column] } })
  }

  @Test func theHessianOfTheRosenbrockFunction() {
    // Σ 100 (x₁ − x₀²)² + (1 − x₀)²: H = [[1200 x₀² − 400 x₁ + 2, −400 x₀], [−400 x₀, 200]].
    let point = Tensor([-1.2, 1.0])
    let rosenbrock: (Tensor) -> Tensor = { x in
      let (a, b) = (x[0], x[1])
      let valley = b - a * a
      return 100 * (valley * valley) + (1 - a) * (1 - a)
    }
    expectClose(hessian(of: point, rosenbrock), [1330, 480, 480, 200])
    let product = hessianVectorProduct(of: point, along: Tensor([1.0, -2.0]), rosenbrock)
    expectClose(product, [1330 - 960, 480 - 400])
  }

  @Test func stopGradientIsAConstant() {
    let result = gradient(of: x) { ($0.withoutDerivative() * $0).sum() }
    expectClose(result, [0.3, -1.2, 2.0])
  }

  @Test func aPullbackMayBeCalledTwice() {
    let (_, pull) = pullback(of: x) { $0.exp() }
    let g = Tensor([1.0, 2.0, 3.0])
    #expect(pull(g).scalars(as: Double.self) == pull(g).scalars(as: Double.self))
    expectClose(pull(Tensor(zeros: [3], dtype: .float64)), [0, 0, 0])
  }

  @Test func valuesThatLeaveADerivativeAreConstants() {
    var kept: Tensor?
    let first = gradient(of: x) { x in
      kept = x * x
      return x.sum()
    }
    expectClose(first, [1, 1, 1])
    #expect(kept?.isTracked == false)
    let second = gradient(of: x) { x in (x * (kept ?? x)).sum() }
    expectClose(second, [0.09, 1.44, 4])
  }

  @Test func aThrowingLossReleasesItsTape() {
    struct Stop: Error {}
    var kept: Tensor?
    #expect(throws: Stop.self) {
      try valueAndGradient(of: x) { x in
        kept = x * x
        throw Stop()
      }
    }
    #expect(kept?.isTracked == false)
  }

  @Test func aLossThatDoesNotDependOnTheVariableHasGradientZero() {
    let (value, gradient) = valueAndGradient(of: x) { _ in Tensor(7, dtype: .float64) }
    #expect(value.item == 7)
    expectClose(gradient, [0, 0, 0])
  }
}

func expectClose(_ tensor: Tensor, _ expected: [Double], within tolerance: Double = 1e-12) {
  let values = tensor.scalars(as: Double.self)
  #expect(values.count == expected.count)
  for (value, wanted) in zip(values, expected) {
    #expect(abs(value - wanted) <= tolerance * max(1, abs(wanted)), "\(values) against \(expected)")
  }
}
