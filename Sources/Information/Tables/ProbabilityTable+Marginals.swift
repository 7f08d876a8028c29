import SurprisalCore

extension ProbabilityTable {
  /// The distribution of some variables, in the order given: p(x) = Σ_y p(x, y).
  ///
  /// - Throws: `usage` if a variable is not there or none is given.
  public func marginal(of variables: Variables) throws -> ProbabilityTable {
    let axes = try somePositions(variables, "marginal")
    return try ProbabilityTable(Masses(summed(axes)), shape: axes.map { shape[$0] }, variableNames: names(axes))
  }

  /// The distribution of some variables where others have known values: p(y | x) = p(x, y)/p(x).
  ///
  /// - Parameters:
  ///   - variables: The variables whose distribution it is.
  ///   - known: The variables whose values are known.
  ///   - values: The value of each of them, in the order of `known`.
  /// - Throws: `data` if the known values have probability 0; `usage` if a variable is not there or on both sides, or
  ///   a value is out of range.
  public func conditional(
    of variables: Variables, given known: Variables, equal values: [Int]
  ) throws -> ProbabilityTable {
    let axes = try somePositions(variables, "conditional distribution")
    let conditions = try positions(known)
    guard Set(axes).isDisjoint(with: conditions) else {
      throw SurprisalError(.usage, "conditional distribution: a variable is both asked for and given")
    }
    guard values.count == conditions.count, zip(values, conditions).allSatisfy({ $0 >= 0 && $0 < shape[$1] }) else {
      throw SurprisalError(.usage, "conditional distribution: no values \(values) of \(conditions.count) variables")
    }
    let row = zip(values, conditions).reduce(0) { $0 * shape[$1.1] + $1.0 }
    let width = size(axes)
    let cells = Masses(Array(summed(conditions + axes)[(row * width)..<((row + 1) * width)]))
    guard cells.total.high > 0 else {
      throw SurprisalError(.data, "conditional distribution: the given values \(values) have probability 0")
    }
    return try ProbabilityTable(cells, shape: axes.map { shape[$0] }, variableNames: names(axes))
  }

  /// The product of the distributions of each variable, p(x) p(y) …: the table if they were independent.
  ///
  /// Products below the smallest double are 0 in it; mutual information and total correlation do not go through it.
  public func independentProduct() throws -> ProbabilityTable {
    let parts = shape.indices.map { Masses(summed([$0])) }
    var cells = [DoubleDouble(1)]
    for part in parts {
      cells = cells.flatMap { cell in part.values.map { cell * ($0 / part.total) } }
    }
    return try ProbabilityTable(Masses(cells), shape: shape, variableNames: variableNames)
  }

  func names(_ axes: [Int]) -> [String] { variableNames.isEmpty ? [] : axes.map { variableNames[$0] } }

  /// The number of joint values of the variables at `axes`.
  func size(_ axes: [Int]) -> Int { axes.reduce(1) { $0 * shape[$1] } }

  /// The masses of the variables at `axes`, in that order, summed over all others.
  func summed(_ axes: [Int]) -> [DoubleDouble] {
    if axes == Array(shape.indices) { return masses.values }
    var steps = [Int](repeating: 0, count: shape.count)
    var step = 1
    for axis in axes.reversed() {
      steps[axis] = step
      step *= shape[axis]
    }
    var result = [DoubleDouble](repeating: .zero, count: step)
    var outcome = [Int](repeating: 0, count: shape.count)
    var place = 0
    for mass in masses.values {
      result[place] += mass
      for axis in shape.indices.reversed() {
        outcome[axis] += 1
        place += steps[axis]
        if outcome[axis] < shape[axis] { break }
        place -= steps[axis] * shape[axis]
        outcome[axis] = 0
      }
    }
    return result
  }
}
