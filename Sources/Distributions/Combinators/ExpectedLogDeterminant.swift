import CSurprisalKernels
import SurprisalCore
import SurprisalTensors

/// E log |f′(X)| of a function f of numbers X, with what it may be off by.
///
/// By quadrature in t = log F − log(1 − F), in which the quantiles of every family are smooth. Where numbers have no
/// upper end the integral goes on in log x behind the quantile of 1 − 2⁻⁴⁰, since probabilities near 1 lose their digits.
struct ExpectedLogDeterminant {
  /// The expectations, [batchShape].
  private(set) var value: Tensor
  /// In nats, in the same order.
  private(set) var bounds: [Double]

  /// - Throws: `usage` if the support's ends have a derivative.
  init(_ bijection: any Bijection, of base: any UnivariateDistribution, target: Double) throws {
    let base = Divergence.unwrapped(base) as? any UnivariateDistribution ?? base
    if bijection is ExpBijection {
      let mean = base.mean
      let numbers = mean.doubleValues
      if !numbers.contains(where: \.isNaN) {
        value = mean
        bounds = numbers.map { $0.isFinite ? BoundedEntropy.rounding(base.dtype) * max(1, abs($0)) : 0 }
        return
      }
    }
    let integral = TailedIntegral(base, target: target) { bijection.logDeterminant(at: $0) }
    value = Tensor(integral.values, shape: base.batchShape)
    bounds = integral.bounds
    let logDensity = base.logDensity(of: integral.events)
    let change = bijection.logDeterminant(at: integral.events)
    if logDensity.isTracked || change.isTracked {
      try EntropyParts.requireFixedEnds([base.support], base)
      value = EntropyParts.followed(value, integral.weights, logDensity: logDensity, change, axes: [0])
    }
  }
}

/// E f(X) of numbers X, also of heavy tails.
private struct TailedIntegral {
  let base: any UnivariateDistribution
  let function: (Tensor) -> Tensor
  /// The expectations and what they may be off by.
  private(set) var values: [Double] = []
  private(set) var bounds: [Double] = []
  /// The nodes [rows, batchShape] and their probabilities.
  private(set) var events = Tensor(0, dtype: .float64)
  private(set) var weights = Tensor(0, dtype: .float64)

  /// The median, and the number from which the upper tail is in log x; equal if there is no such tail.
  private var middle: [Double]
  private var start: [Double]

  init(_ base: any UnivariateDistribution, target: Double, _ function: @escaping (Tensor) -> Tensor) {
    (self.base, self.function) = (base, function)
    let width = base.batchShape.reduce(1, *)
    let shape = [1] + base.batchShape
    func quantile(_ p: Double) -> [Double] {
      base.quantile(at: Tensor(repeating: p, shape: shape, dtype: .float64)).doubleValues
    }
    let cut = BoundedEntropy.cut(base.dtype)
    let last = base.dtype == .float64 ? 1 - 0x1p-40 : 1 - 0x1p-17
    middle = quantile(0.5)
    start = zip(quantile(1), zip(quantile(last), middle)).map { $0 == .infinity ? $1.0 : $1.1 }
    let x = Tensor(start, shape: shape)
    let (below, above) = (base.cumulative(at: x).doubleValues, base.complementaryCumulative(at: x).doubleValues)
    let upper = (0..<width).map {
      start[$0] > middle[$0] ? surprisal_log(below[$0]) - surprisal_log(above[$0]) : cut
    }
    let lowerTail = Tail(count: width, grid: [-cut, -50, -80, -120, -200, -350, -650])
    let upperTail = Tail(count: width, grid: [0.5, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 400, 600])
    let lowerEnds = lowerTail.ends(offset: 2) { points in integrand(points + points, width).values.prefix(width) }
    let upperEnds = upperTail.ends(offset: -0.25) { points in
      integrand(points + points, width).values.suffix(width)
    }
    let grid: [Double] = [-31, -25, -19, -14, -10, -7, -4.5, -2.5, -1, 0, 1, 2.5, 4.5, 7, 10, 14, 19, 25, 31]
    let deep: [Double] = [-600, -500, -400, -300, -250, -200, -150, -120, -100, -80, -65, -50, -41, -36]
    var breaks = (0..<width).map { place in
      [lowerEnds[place].end] + (deep + grid).filter { $0 > lowerEnds[place].end && $0 < upper[place] } + [upper[place]]
    }
    breaks += (0..<width).map { place in
      start[place] > middle[place] ? [0] + upperTail.grid.filter { $0 <= upperEnds[place].end } : []
    }
    let quadrature = AdaptiveQuadrature(
      breaks: breaks, factors: [Double](repeating: 1, count: 2 * width), groupSize: 1, target: 0.5 * target,
      limit: 1 << 20
    ) { points in
      integrand(points, width)
    }
    values = (0..<width).map { quadrature.value($0) + quadrature.value(width + $0) }
    bounds = (0..<width).map { place in
      // At a finite upper end the tail is as the lower one at its cut.
      let rest = start[place] > middle[place] ? upperEnds[place].rest : finiteRest(place, cut, width)
      return quadrature.error(place) + quadrature.error(width + place) + lowerEnds[place].rest + rest
    }
    let (nodes, factors, rows) = quadrature.nodesAndWeights()
    let (x2, masses) = numbers(nodes, width)
    // The parts of an event one below the other: [rows · 2, batchShape].
    events = Tensor(x2, shape: [2 * rows] + base.batchShape)
    weights = Tensor(
      zip(zip(factors, masses), x2).map { $1.isFinite ? $0.0 * $0.1 : 0 }, shape: [2 * rows] + base.batchShape)
  }

  /// x and its probability by the variable, of points [row, 2 · width]: t in the first half, the logarithm in the other.
  private func numbers(_ points: [Double], _ width: Int) -> (x: [Double], masses: [Double]) {
    let rows = points.count / (2 * width)
    var probabilities = [Double](repeating: 0.5, count: points.count / 2)
    for row in 0..<rows {
      for place in 0..<width {
        probabilities[row * width + place] = EntropyParts.logistic(points[row * 2 * width + place])
      }
    }
    let shape = [rows] + base.batchShape
    let quantiles = base.quantile(at: Tensor(probabilities, shape: shape)).doubleValues
    var (x, masses) = ([Double](repeating: 0, count: points.count), [Double](repeating: 0, count: points.count))
    for row in 0..<rows {
      for place in 0..<width {
        let (own, t) = (row * 2 * width + place, points[row * 2 * width + place])
        x[own] = quantiles[row * width + place]
        masses[own] = EntropyParts.logistic(t) * EntropyParts.logistic(-t)
        x[own + width] = middle[place] + (start[place] - middle[place]) * surprisal_exp(points[own + width])
      }
    }
    let densities = base.logDensity(of: Tensor(x, shape: [2 * rows] + base.batchShape)).doubleValues
    for row in 0..<rows {
      for place in 0..<width {
        let own = row * 2 * width + width + place
        masses[own] = surprisal_exp(densities[own]) * (x[own] - middle[place])
      }
    }
    return (x, masses)
  }

  private func integrand(_ points: [Double], _ width: Int) -> AdaptiveQuadrature.Evaluated {
    let (x, masses) = numbers(points, width)
    let f = function(Tensor(x, shape: [points.count / width] + base.batchShape)).doubleValues
    let unit = BoundedEntropy.rounding(base.dtype)
    var found = AdaptiveQuadrature.Evaluated(values: [], roundings: [])
    for index in points.indices {
      // What numbers beyond float64 say is unknown.
      guard masses[index] > 0, f[index].isFinite else {
        found.values.append(0)
        found.roundings.append(masses[index] > 0 ? masses[index] * 1000 : 0)
        continue
      }
      found.values.append(masses[index] * f[index])
      found.roundings.append(unit * masses[index] * max(1, abs(f[index])))
    }
    return found
  }

  private func finiteRest(_ place: Int, _ cut: Double, _ width: Int) -> Double {
    let points = [Double](repeating: cut, count: 2 * width)
    return 4 * abs(integrand(points, width).values[place])
  }
}

/// Where a tail of an integral is cut, and what is left behind.
private struct Tail {
  /// The number of integrals.
  let count: Int
  /// Points from the inside to the outside.
  let grid: [Double]

  /// For each integral the first point of the grid behind which it is below 1e-16, or the last one, with a bound of what
  /// is behind: twice the integral of the exponential with the slope between the point and that at `offset` from it.
  func ends(offset: Double, _ value: (_ points: [Double]) -> ArraySlice<Double>) -> [(end: Double, rest: Double)] {
    var found = [(end: Double, rest: Double)](repeating: (grid[0], .infinity), count: count)
    var isDone = [Bool](repeating: false, count: count)
    var last = [Double](repeating: 0, count: count)
    for point in grid where isDone.contains(false) {
      let at = Array(value([Double](repeating: point, count: count))).map(abs)
      let inner = Array(value([Double](repeating: point + offset, count: count))).map(abs)
      for place in 0..<count where !isDone[place] {
        // A sudden 0 says that numbers have left float64, not that nothing is behind the last point.
        if at[place] == 0, last[place] > 1e-16 {
          isDone[place] = true
          continue
        }
        last[place] = at[place]
        let slope = at[place] > 0 ? (surprisal_log(inner[place]) - surprisal_log(at[place])) / abs(offset) : 1
        found[place] = (point, slope > 0.01 ? 2 * at[place] / slope : .infinity)
        isDone[place] = found[place].rest <= 1e-16
      }
    }
    return found
  }
}
