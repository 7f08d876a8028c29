import SurprisalTensors

/// E[log X!] − (m log m − m) of counts X of mean m: what entropies of counts consist of.
///
/// Up to a mean of 2,000 it is the sum over the counts within 12 √m + 40 of the mean, beyond which less than 1e-28 of the
/// mass lies. Above it is the expansion in 1 / m to m⁻³, whose next term is below 1e-14.
enum ExpectedLogFactorial {
  /// For binomial counts of mean m in trials whose other outcome has probability q (Poisson: q = 1).
  ///
  /// - Parameter logMass: the log-mass of counts [K, shape of m].
  static func rest(mean: Tensor, complement q: Tensor, logMass: (Tensor) -> Tensor) -> Tensor {
    let isLarge = (mean .> limit).withoutDerivative()
    let small = Tensor(where: isLarge, 1, else: mean)
    let large = Tensor(where: isLarge, mean, else: limit)
    return Tensor(where: isLarge, series(large, q), else: sum(small, isLarge, logMass))
  }

  private static let limit = 2_000.0

  private static func sum(_ mean: Tensor, _ isLarge: Tensor, _ logMass: (Tensor) -> Tensor) -> Tensor {
    let plain = mean.withoutDerivative()
    guard plain.count > 0 else { return mean }
    let width = (12 * plain.max().item.squareRoot() + 40).rounded(.up)
    let center = plain.floor()
    let block = Swift.max(1, Swift.min(Int(2 * width) + 1, 1 << 20 / plain.count))
    var total = mean * 0
    for start in stride(from: -width, through: width, by: Double(block)) {
      let offsets = (0..<block).map { start + Double($0) }.filter { $0 <= width }
      let column = Tensor(offsets, shape: [offsets.count] + mean.shape.map { _ in 1 })
      let counts = (center + column).converted(to: mean.dtype)
      let isWanted = (counts .>= 0) .& (.!isLarge)
      var values = Tensor(where: isWanted, counts, else: 0)
      var logs = logMass(values)
      // What cannot happen, or below 1e-304, adds nothing; nor do the other members' counts.
      let adds = isWanted .& (logs .> -700)
      if logs.isTracked {
        // Nor do they a derivative, which is infinite where a count is impossible: 0 times it would be NaN.
        values = Tensor(where: adds, values, else: center)
        logs = logMass(values)
      }
      let weights = Tensor(where: adds, logs, else: 0).exp()
      total = total + Tensor(where: adds, weights * part(values, mean), else: 0).sum(alongAxes: [0])
    }
    return total
  }

  /// log x! − (m log m − m) − (x − m) log m, whose expectation is that of log x! − (m log m − m) and which does not
  /// cancel.
  private static func part(_ x: Tensor, _ mean: Tensor) -> Tensor {
    Tensor.poissonDivergence(x, mean) + x.logFactorialRest
  }

  private static func series(_ m: Tensor, _ q: Tensor) -> Tensor {
    let square = q.square()
    let first = (1 - q - square) / 12
    let second = square / -24
    let third = square.square() / 120 - square * q / 30 - square / 30 + q / 120 - 1.0 / 360
    let inverse = m.reciprocal()
    return m.log() * 0.5 + SpecialFunctions.halfLogTwoPi + q * 0.5 + ((third * inverse + second) * inverse + first)
      * inverse
  }
}
