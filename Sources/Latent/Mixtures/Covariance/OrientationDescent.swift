import CSurprisalKernels
import SurprisalCore

/// Limited-memory BFGS over the plane angles of a common orientation (Liu and Nocedal 1989), for the M-step
/// of EVE and VVE.
///
/// It minimizes Σ_k n_k Σ_j ln w_kj (VVE) or n D ln Σ_k (Π_j w_kj)^(1/D) (EVE) with w_kj = d_jᵀ W_k d_j. A
/// point is moved by one Givens rotation for each pair of rows, in a fixed order; gradients are taken at
/// the moved point. The curvatures of the single planes scale the first step.
struct OrientationDescent {
  /// The steps remembered.
  static let memory = 8

  let columns: Int
  let components: Int
  let isEqualVolume: Bool
  /// D(D − 1)/2 angles.
  let size: Int
  private var gradient: [Double]
  private var curvature: [Double]
  private var direction: [Double]
  private var newGradient: [Double]
  private var moves: [[Double]] = []
  private var changes: [[Double]] = []
  private var weights: [Double]
  private var inverses: [Double]

  init(components: Int, columns: Int, isEqualVolume: Bool) {
    self.columns = columns
    self.components = components
    self.isEqualVolume = isEqualVolume
    size = columns * (columns - 1) / 2
    gradient = [Double](repeating: 0, count: size)
    curvature = gradient
    direction = gradient
    newGradient = gradient
    weights = [Double](repeating: 0, count: components)
    inverses = [Double](repeating: 0, count: columns)
  }

  /// What the descent works on, all owned by the caller.
  struct Problem {
    /// n_k; components with 0 are skipped.
    var counts: UnsafePointer<Double>
    /// W_k, K × D × D.
    var scatters: UnsafePointer<Double>
    /// V, overwritten with the result.
    var orientation: UnsafeMutablePointer<Double>
    /// V W_k Vᵀ, overwritten to match.
    var turned: UnsafeMutablePointer<Double>
    /// Room for another V, another set of turned matrices, and one matrix.
    var otherOrientation: UnsafeMutablePointer<Double>
    var otherTurned: UnsafeMutablePointer<Double>
    var scratch: UnsafeMutablePointer<Double>
  }

  /// Descends for at most `limit` steps, until a step promises less than 1e-16 nats per row and column;
  /// gives the number of steps, and whether it ended for that reason.
  mutating func run(_ problem: Problem, limit: Int) -> (steps: Int, isConverged: Bool) {
    moves.removeAll(keepingCapacity: true)
    changes.removeAll(keepingCapacity: true)
    var total = 0.0
    for component in 0..<components { total += problem.counts[component] }
    let unit = total * Double(columns)
    var value = evaluate(problem, problem.turned, total)
    swap(&gradient, &newGradient)
    for step in 1...limit {
      setCurvatures(problem, total)
      chooseDirection()
      var slope = dot(gradient, direction)
      if !(slope < 0) {
        moves.removeAll(keepingCapacity: true)
        changes.removeAll(keepingCapacity: true)
        chooseDirection()
        slope = dot(gradient, direction)
      }
      guard slope < -1e-16 * unit else { return (step, true) }
      guard let newValue = advance(problem, total, from: value, slope: slope, unit: unit) else {
        return (step, -slope <= 1e-14 * unit)
      }
      value = newValue
    }
    return (limit, false)
  }

  /// Moves along `direction`, halved until the value falls enough; nil, with V unchanged, if it never does.
  private mutating func advance(
    _ problem: Problem, _ total: Double, from value: Double, slope: Double, unit: Double
  ) -> Double? {
    // Beyond half a radian a plane's model says little.
    let largest = direction.reduce(0) { max($0, $1.magnitude) }
    var length = largest > 0.5 ? 0.5 / largest : 1
    for _ in 0..<12 {
      turn(problem, length)
      let newValue = evaluate(problem, problem.otherTurned, total)
      let newSlope = dot(newGradient, direction)
      // The second test is Hager and Zhang's (2005): near the end values differ by rounding only, and
      // slopes still tell.
      let isLower = newValue <= value + 1e-4 * length * slope
      let isFlatter =
        newValue <= value + 1e-14 * unit && newSlope <= -0.8 * slope && newSlope >= 0.9 * slope
      if isLower || isFlatter {
        remember(length)
        swap(&gradient, &newGradient)
        let square = columns * columns
        problem.orientation.update(from: problem.otherOrientation, count: square)
        problem.turned.update(from: problem.otherTurned, count: components * square)
        return newValue
      }
      length *= 0.5
    }
    return nil
  }

  /// Keeps the step and the change of gradient if they show positive curvature.
  private mutating func remember(_ length: Double) {
    var move = direction
    var change = newGradient
    for index in 0..<size {
      move[index] *= length
      change[index] -= gradient[index]
    }
    let product = dot(move, change)
    guard product > 1e-10 * (dot(move, move) * dot(change, change)).squareRoot() else { return }
    if moves.count == OrientationDescent.memory {
      moves.removeFirst()
      changes.removeFirst()
    }
    moves.append(move)
    changes.append(change)
  }

  /// The two-loop recursion, started from the planes' own curvatures.
  private mutating func chooseDirection() {
    for index in 0..<size { direction[index] = -gradient[index] }
    var shares = [Double](repeating: 0, count: moves.count)
    for index in moves.indices.reversed() {
      let share = dot(moves[index], direction) / dot(moves[index], changes[index])
      shares[index] = share
      for entry in 0..<size { direction[entry] -= share * changes[index][entry] }
    }
    for index in 0..<size { direction[index] /= curvature[index] }
    for index in moves.indices {
      let share = dot(changes[index], direction) / dot(moves[index], changes[index])
      let weight = shares[index] - share
      for entry in 0..<size { direction[entry] += weight * moves[index][entry] }
    }
  }

  /// V' and V' W_k V'ᵀ after turning every plane by `length` times its angle.
  private func turn(_ problem: Problem, _ length: Double) {
    let square = columns * columns
    let target = problem.otherOrientation
    target.update(from: problem.orientation, count: square)
    var index = 0
    for p in 0..<(columns - 1) {
      for q in (p + 1)..<columns {
        let angle = length * direction[index]
        index += 1
        Dense.rotate(
          target + p * columns, target + q * columns, columns, cosine: surprisal_cos(angle),
          sine: surprisal_sin(angle))
      }
    }
    for component in 0..<components where problem.counts[component] > 0 {
      let offset = component * square
      Dense.congruence(
        of: problem.scatters + offset, by: target, into: problem.otherTurned + offset,
        scratch: problem.scratch, columns)
    }
  }

  /// The criterion, and in `newGradient` its derivatives by the angles, Σ_k 2 c_k w_pq (1/w_p − 1/w_q).
  private mutating func evaluate(
    _ problem: Problem, _ turned: UnsafePointer<Double>, _ total: Double
  ) -> Double {
    let square = columns * columns
    var value = 0.0
    var volume = 0.0
    for component in 0..<components where problem.counts[component] > 0 {
      var sum = 0.0
      for column in 0..<columns {
        sum += surprisal_log(turned[component * square + column * (columns + 1)])
      }
      if isEqualVolume {
        weights[component] = surprisal_exp(sum / Double(columns))
        volume += weights[component]
      } else {
        weights[component] = problem.counts[component]
        value += weights[component] * sum
      }
    }
    for index in 0..<size { newGradient[index] = 0 }
    for component in 0..<components where problem.counts[component] > 0 {
      if isEqualVolume { weights[component] *= total / volume }
      let matrix = turned + component * square
      for column in 0..<columns { inverses[column] = 1 / matrix[column * (columns + 1)] }
      var index = 0
      for p in 0..<(columns - 1) {
        let row = matrix + p * columns
        for q in (p + 1)..<columns {
          newGradient[index] += 2 * weights[component] * row[q] * (inverses[p] - inverses[q])
          index += 1
        }
      }
    }
    let result = isEqualVolume ? total * Double(columns) * surprisal_log(volume) : value
    return result.isNaN ? .infinity : result
  }

  /// The second derivative by each angle alone, kept positive.
  private mutating func setCurvatures(_ problem: Problem, _ total: Double) {
    let square = columns * columns
    let power = isEqualVolume ? 1 / Double(columns) : 0
    var index = 0
    for p in 0..<(columns - 1) {
      for q in (p + 1)..<columns {
        var sum = 0.0
        var bound = 0.0
        for component in 0..<components where problem.counts[component] > 0 {
          let matrix = problem.turned + component * square
          let first = matrix[p * (columns + 1)]
          let second = matrix[q * (columns + 1)]
          let a = 0.5 * (first - second)
          let b = matrix[p * columns + q]
          let inverse = 1 / (first * second)
          let change = 2 * a * b * inverse
          let spread = 8 * weights[component] * a * a * inverse
          sum += spread + weights[component] * (4 * (power - 1) * change * change - 8 * b * b * inverse)
          bound += spread
        }
        curvature[index] = max(sum, 0.1 * bound, 1e-8 * total)
        index += 1
      }
    }
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double { Dense.dot(x, y, size) }
}
