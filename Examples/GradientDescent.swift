import Surprisal

/// f(x + ε) = f(x) + ε f′(x) + O(ε²): the step ε = −η f′(x) lowers f as long as η is small enough.
func gradientDescent() throws {
  let f: (Tensor) -> Tensor = { x in x.square() + x.cos() }
  let x = Tensor(1.5, dtype: .float64)
  let (value, slope) = valueAndGradient(of: x, f)
  let half = gradient(of: x) { gradient(of: $0, f) }.item / 2
  for step in [0.1, 0.01, 0.001] {
    let rest = f(x + step).item - value.item - step * slope.item
    print("ε = \(show(step, 3)): (f(x + ε) − f(x) − ε f′(x)) / ε² = \(show(rest / (step * step), 4))")
  }
  print("its limit f″(x) / 2 = \(show(half, 4))")

  // f(x) = x² from x = 10: every step with η = 0.2 multiplies x by 0.6.
  for rate in [0.05, 0.2, 1.1] {
    var x = Tensor(10, dtype: .float64)
    var values = [x.square().item]
    for _ in 0..<10 {
      x = x - rate * gradient(of: x) { $0.square() }
      values.append(x.square().item)
    }
    let falls = zip(values, values.dropFirst()).allSatisfy { $0 > $1 }
    let verdict = falls ? "fell" : "did not fall"
    print("η = \(show(rate, 2)): x after 10 steps = \(show(x.item)), f \(verdict) at every step")
  }
}
