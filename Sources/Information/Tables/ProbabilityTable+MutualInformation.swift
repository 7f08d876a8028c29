import CSurprisalKernels
import SurprisalCore

extension ProbabilityTable {
  /// The mutual information I(X; Y) = Σ p(x, y) ln [p(x, y)/(p(x) p(y))] (Shannon 1948).
  ///
  /// Symmetric; 0 ≤ I ≤ min(H(X), H(Y)); 0 if and only if X and Y are independent; I(X; X) = H(X). It is summed as
  /// Σ [p ln(p/q) − p + q] with q = p(x) p(y), terms that are never negative, so that dependence of 1e-9 keeps its
  /// digits. A result beyond a bound by rounding (1e-12) is moved to it; `pairMeasures` reports by how much.
  /// - Throws: `usage` if a variable is not there or none is given; `internal` if a bound fails by more than rounding.
  public func mutualInformation(between first: Variables, and second: Variables) throws -> Information {
    try mutualInformation(between: first, and: second, given: [])
  }

  /// The conditional mutual information I(X; Y | Z) = Σ p(x, y, z) ln [p(x, y | z)/(p(x | z) p(y | z))].
  ///
  /// 0 ≤ I ≤ min(H(X | Z), H(Y | Z)); 0 if X and Y are independent for every z.
  /// - Throws: As `mutualInformation(between:and:)`.
  public func mutualInformation(
    between first: Variables, and second: Variables, given known: Variables
  ) throws -> Information {
    let raw = try boundedMutualInformation(first, second, given: known)
    return Information(nats: raw.value)
  }

  /// The pointwise mutual information ln [p(x, y)/(p(x) p(y))], a row for each value of the first variables and a
  /// column for each of the second (Church and Hanks 1990).
  ///
  /// Its mean over p(x, y) is I(X; Y). −∞ where p(x, y) = 0 though both marginals are not; NaN where a marginal is 0.
  /// - Throws: `usage` if a variable is not there, on both sides, or none is given.
  public func pointwiseMutualInformation(
    between first: Variables, and second: Variables
  ) throws -> [[Information]] {
    let (rows, columns) = (try somePositions(first, "information"), try somePositions(second, "information"))
    guard Set(rows).isDisjoint(with: columns) else {
      throw SurprisalError(.usage, "pointwise mutual information: a variable is on both sides")
    }
    let slice = DependenceSlice(summed(rows + columns)[...], columnCount: size(columns))
    return slice.rowSums.indices.map { row in
      slice.columnSums.indices.map { Information(nats: slice.pair(row, $0).logarithm) }
    }
  }

  /// The total correlation Σᵢ H(Xᵢ) − H(X₁ … X_n) = KL(p ‖ Πᵢ pᵢ) (Watanabe 1960), as the sum of
  /// I(Xᵢ; X₁ … Xᵢ₋₁).
  ///
  /// At least 0, and 0 if and only if all variables are independent; of two variables it is their mutual information.
  /// - Throws: As `mutualInformation(between:and:)`.
  public func totalCorrelation(of variables: Variables) throws -> Information {
    let axes = try somePositions(variables, "total correlation")
    return try axes.indices.dropFirst().reduce(Information.zero) { sum, index in
      let earlier = Variables(Array(axes[..<index]))
      return sum + (try mutualInformation(between: earlier, and: Variables([axes[index]])))
    }
  }

  /// The total correlation of all variables.
  ///
  /// - Throws: As `mutualInformation(between:and:)`.
  public func totalCorrelation() throws -> Information {
    try totalCorrelation(of: Variables(Array(shape.indices)))
  }

  /// I(X; Y | Z) in nats within its bounds, and the bound that moved it.
  func boundedMutualInformation(
    _ first: Variables, _ second: Variables, given known: Variables
  ) throws -> (value: Double, clamped: [Clamp]) {
    let conditions = try positions(known)
    let rows = try somePositions(first, "information").filter { !conditions.contains($0) }
    let columns = try somePositions(second, "information").filter { !conditions.contains($0) }
    // I(S, X; S, Y | Z) = H(S | Z) + I(X; Y | S, Z).
    let shared = rows.filter { columns.contains($0) }
    let inner = dependence(
      rows.filter { !shared.contains($0) }, columns.filter { !shared.contains($0) }, given: conditions + shared)
    let value = conditionalEntropy(shared, given: conditions) + inner
    let limit = min(conditionalEntropy(rows, given: conditions), conditionalEntropy(columns, given: conditions))
    let rounding = 1e-12 * max(1, limit)
    guard value >= -rounding, value <= limit + rounding else {
      throw SurprisalError(.internal, "mutual information of \(value) nats is not in 0 … \(limit)")
    }
    if value < 0 { return (0, [Clamp(bound: "mutual information is at least 0", nats: value)]) }
    if value > limit {
      return (limit, [Clamp(bound: "mutual information is at most the smaller entropy", nats: value)])
    }
    return (value, [])
  }

  /// Σ p ln [p(x, y | z)/(p(x | z) p(y | z))] of variables that are all different.
  private func dependence(_ rows: [Int], _ columns: [Int], given conditions: [Int]) -> Double {
    if rows.isEmpty || columns.isEmpty { return 0 }
    let width = size(columns)
    let area = size(rows) * width
    let cells = summed(conditions + rows + columns)
    var sum = DoubleDouble.zero
    for start in stride(from: 0, to: cells.count, by: area) {
      let slice = DependenceSlice(cells[start..<(start + area)], columnCount: width)
      if slice.total.high == 0 { continue }
      for row in slice.rowSums.indices {
        for column in slice.columnSums.indices { sum += slice.pair(row, column).divergence }
      }
    }
    return sum.high / masses.total.high
  }
}

/// A matrix of masses with its marginals, beside the product of the marginals.
struct DependenceSlice {
  private let cells: ArraySlice<DoubleDouble>
  let total: DoubleDouble
  let rowSums: [DoubleDouble]
  let columnSums: [DoubleDouble]

  init(_ cells: ArraySlice<DoubleDouble>, columnCount: Int) {
    var rowSums = [DoubleDouble](repeating: .zero, count: cells.count / columnCount)
    var columnSums = [DoubleDouble](repeating: .zero, count: columnCount)
    for (index, cell) in cells.enumerated() {
      rowSums[index / columnCount] += cell
      columnSums[index % columnCount] += cell
    }
    (self.cells, self.rowSums, self.columnSums) = (cells, rowSums, columnSums)
    total = rowSums.reduce(into: .zero) { $0 += $1 }
  }

  /// p(x, y) and p(x) p(y), both times the total.
  func pair(_ row: Int, _ column: Int) -> ProbabilityPair {
    let cell = cells[cells.startIndex + row * columnSums.count + column]
    let (x, y) = (rowSums[row], columnSums[column])
    let product = x * y
    return ProbabilityPair(
      p: cell.high, q: product.high / total.high, difference: (cell * total - product).high / total.high,
      // The product of two small marginals may be out of range though the cell is not.
      quotients: (cell.high, x.high, total.high, y.high))
  }
}
