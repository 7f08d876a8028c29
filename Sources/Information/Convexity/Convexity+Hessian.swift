import SurprisalCore

extension Convexity {
  /// The smallest eigenvalue of a function's matrix of second derivatives over some points.
  public struct Curvature: Sendable, Hashable {
    /// The smallest eigenvalue: at least 0 at every point if and only if f is convex (on an open convex domain).
    public var smallestEigenvalue: Double
    /// The direction in which f curves least, of length 1.
    public var direction: [Double]
    /// The point.
    public var point: [Double]
    /// By how much rounding and the width of the differences may have moved the eigenvalue, an estimate; of a Hessian
    /// that was given, rounding alone.
    public var error: Double
    /// Whether the eigenvalue is negative beyond the error, so that f is not convex.
    public var isCounterexample: Bool { smallestEigenvalue < -error }
  }

  /// The least curvature of f at the points, by central differences.
  ///
  /// - Parameters:
  ///   - points: Interior points of the domain, of equal length.
  ///   - relativeStep: The differences' step, as a share of max(1, |xᵢ|).
  ///   - function: f, twice differentiable.
  /// - Throws: `data` if there are no points, their lengths differ, or f is not finite near one of them (it is named).
  public static func leastCurvature(
    at points: [[Double]], relativeStep: Double = 0x1p-12, of function: ([Double]) throws -> Double
  ) throws -> Curvature {
    try least(points) { point in
      let (near, rounding) = try Convexity.hessian(at: point, relativeStep: relativeStep, of: function)
      // Three times the leading term of what the differences' width does.
      let (far, _) = try Convexity.hessian(at: point, relativeStep: 2 * relativeStep, of: function)
      let width = zip(near, far).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      return (near, rounding + width)
    }
  }

  /// The least curvature at the points of a function whose Hessian is known.
  ///
  /// - Parameters:
  ///   - points: Points of the domain, of equal length.
  ///   - hessian: The matrix of second derivatives in row-major order.
  /// - Throws: `data` if there are no points, their lengths differ, or a Hessian is not square, symmetric and finite.
  public static func leastCurvature(
    at points: [[Double]], hessian: ([Double]) throws -> [Double]
  ) throws -> Curvature {
    try least(points) { point in
      let matrix = try hessian(point)
      let dimension = point.count
      guard matrix.count == dimension * dimension else {
        throw SurprisalError(.data, "Hessian at \(point): \(matrix.count) entries, not \(dimension) × \(dimension)")
      }
      let scale = matrix.reduce(0) { max($0, $1.magnitude) }
      for row in 0..<dimension {
        for column in 0..<row {
          let gap = matrix[row * dimension + column] - matrix[column * dimension + row]
          guard gap.magnitude <= 1e-9 * scale else {
            throw SurprisalError(
              .data, "Hessian at \(point): entries (\(row), \(column)) and its mirror differ by \(gap)")
          }
        }
      }
      return (matrix, Double(dimension) * 0x1p-50 * scale)
    }
  }

  /// The matrix of second derivatives by central differences, in row-major order, and how far rounding moves an
  /// eigenvalue of it.
  static func hessian(
    at point: [Double], relativeStep: Double, of function: ([Double]) throws -> Double
  ) throws -> (matrix: [Double], rounding: Double) {
    let dimension = point.count
    // Steps by which the coordinates really move.
    let steps = point.map { x in (x + relativeStep * max(1, x.magnitude)) - x }
    var largest = 0.0
    func value(_ moves: [(Int, Double)]) throws -> Double {
      var moved = point
      for (axis, sign) in moves { moved[axis] += sign * steps[axis] }
      let result = try function(moved)
      guard result.isFinite else {
        throw SurprisalError(.data, "curvature: the function is \(result) near \(point), at \(moved)")
      }
      largest = max(largest, result.magnitude)
      return result
    }
    var matrix = [Double](repeating: 0, count: dimension * dimension)
    let center = try value([])
    for i in 0..<dimension {
      matrix[i * dimension + i] =
        ((try value([(i, 1)]) - center) + (try value([(i, -1)]) - center)) / (steps[i] * steps[i])
      for j in 0..<i {
        let upper = try value([(i, 1), (j, 1)]) - (try value([(i, 1), (j, -1)]))
        let lower = try value([(i, -1), (j, 1)]) - (try value([(i, -1), (j, -1)]))
        let mixed = (upper - lower) / (4 * steps[i] * steps[j])
        matrix[i * dimension + j] = mixed
        matrix[j * dimension + i] = mixed
      }
    }
    let least = steps.min() ?? 1
    // Each value of f is off by a few roundings, and a row of the matrix adds up `dimension` quotients of them.
    return (matrix, Double(dimension) * 16 * 0x1p-53 * largest / (least * least))
  }

  private static func least(
    _ points: [[Double]], _ hessian: ([Double]) throws -> (matrix: [Double], error: Double)
  ) throws -> Curvature {
    let dimension = try Checks.points(points, "points")
    guard dimension > 0 else { throw SurprisalError(.data, "points: they have no coordinates") }
    var result: Curvature?
    for point in points {
      let (matrix, error) = try hessian(point)
      guard let eigen = SymmetricEigen.decompose(matrix, dimension: dimension) else {
        throw SurprisalError(.data, "curvature: the Hessian at \(point) is not finite")
      }
      let smallest = eigen.values[dimension - 1]
      guard smallest < result?.smallestEigenvalue ?? .infinity else { continue }
      result = Curvature(
        smallestEigenvalue: smallest, direction: Array(eigen.vectors.suffix(dimension)), point: point,
        error: error)
    }
    guard let result else { throw SurprisalError(.data, "points: there are none") }
    return result
  }
}
