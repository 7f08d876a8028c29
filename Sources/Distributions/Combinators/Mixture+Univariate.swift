import SurprisalCore
import SurprisalTensors

extension Mixture: UnivariateDistribution where Component: UnivariateDistribution {
  /// Σ w F.
  public func cumulative(at x: Tensor) -> Tensor {
    averaged(components.each(of: x) { $0.cumulative(at: $1) })
  }

  /// Σ w (1 − F).
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    averaged(components.each(of: x) { $0.complementaryCumulative(at: $1) })
  }

  /// By bisection between the components' least and greatest quantiles, to the last bit; its derivative is implicit.
  public func quantile(at p: Tensor) -> Tensor {
    let fixed = p.withoutDerivative().converted(to: dtype)
    let all = components.each(of: fixed) { $0.quantile(at: $1) }.withoutDerivative()
    let isDrawn = logWeights .> -.infinity
    var lower = Tensor(where: isDrawn, all, else: .infinity).min(alongAxes: [-1])
    var upper = Tensor(where: isDrawn, all, else: -.infinity).max(alongAxes: [-1])
    // At 0 and 1 the ends themselves are the quantiles.
    (lower, upper) = (Tensor(where: fixed .>= 1, upper, else: lower), Tensor(where: fixed .<= 0, lower, else: upper))
    let isUpperTail = fixed .> 0.5
    let support = support
    let isDiscrete = support.isDiscrete
    var isWhole = false
    if case .integers = support { isWhole = true }
    // Halving a bracket of float64 numbers ends after at most 1,100 steps, mostly after 60.
    for _ in 0..<1100 {
      var middle = lower * 0.5 + upper * 0.5
      if isWhole { middle = middle.floor() }
      let isOpen = (middle .> lower) .& (middle .< upper)
      let isBelow =
        Tensor(
          where: isUpperTail, complementaryCumulative(at: middle).withoutDerivative() - (1 - fixed),
          else: fixed - cumulative(at: middle).withoutDerivative()) .> 0
      if isOpen.any().item == 0 { break }
      lower = Tensor(where: isOpen .& isBelow, middle, else: lower)
      upper = Tensor(where: isOpen .& (.!isBelow), middle, else: upper)
    }
    // The least number that reaches p: the lower end may do so itself.
    let lowerReaches = cumulative(at: lower).withoutDerivative() .>= fixed
    let x = Tensor(where: (fixed .>= 0) .& (fixed .<= 1), Tensor(where: lowerReaches, lower, else: upper), else: .nan)
    let logDensity = logDensity(of: x)
    guard !isDiscrete, logDensity.isTracked || p.isTracked else { return x }
    let density = logDensity.withoutDerivative().exp()
    return following(x) + (p.converted(to: dtype) - fixed) / density
  }

  /// x with the implicit derivative −(∂F / ∂θ) / p(x) by the weights and the components' parameters.
  func following(_ x: Tensor) -> Tensor {
    let x = x.withoutDerivative()
    let density = logDensity(of: x).withoutDerivative().exp()
    let probability = cumulative(at: x)
    // 0 in value, whatever the density: only the derivative is wanted.
    let change = (probability - probability.withoutDerivative()) / Tensor(where: density .> 0, density, else: 1)
    return x - Tensor(where: change .== 0, change, else: 0)
  }
}

extension Mixture: Reparameterized where Component: UnivariateDistribution & Reparameterized {
  /// Samples whose derivative is implicit, dx/dθ = −(∂F / ∂θ) / p(x), by the weights too (Figurnov, Mohamed and Mnih
  /// 2018, section 4.4).
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    following(sample(shape, using: &generator))
  }
}
