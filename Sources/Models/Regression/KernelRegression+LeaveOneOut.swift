import SurprisalCore
import SurprisalTensors

extension KernelRegression {
  /// The regression whose widths have the least leave-one-out error, the mean of ‖f(k_i) − v_i‖² where f leaves k_i
  /// out (Stone 1974); of equal ones the wider.
  ///
  /// - Parameters:
  ///   - isPerCoordinate: one width for each coordinate: first the coordinates' deviations times a common factor, then
  ///     one coordinate after the other times ½, 1/√2, √2, 2 or infinity, until nothing is won.
  ///   - candidates: the widths, or the common factors, to choose from; if nil, steps of √2 from twice the keys'
  ///     diameter down to 1/(8 m) of it, and infinity.
  /// - Throws: as `init(keys:values:kernel:widths:)`; a data error for a single key.
  public init(
    choosingWidths keys: Tensor, values: Tensor, kernel: Kernel = .gaussian, isPerCoordinate: Bool = false,
    candidates: [Double]? = nil
  ) throws {
    let (rows, targets) = try Self.checked(keys, values)
    guard rows.shape[0] > 1 else {
      throw SurprisalError(.data, "a single key cannot be left out", remedy: "give more rows or a width")
    }
    let units = isPerCoordinate ? Self.deviations(rows) : [1]
    let factors = try candidates.map(Self.sorted) ?? Self.candidates(rows, units)
    var best: (error: Double, widths: [Double]) = (.infinity, units)
    func attempt(_ widths: [Double]) -> Bool {
      let error = Self.leaveOneOutError(rows, targets, kernel, widths)
      guard error < best.error else { return false }
      best = (error, widths)
      return true
    }
    for factor in factors { _ = attempt(units.map { $0 * factor }) }
    var isBetter = isPerCoordinate && units.count > 1
    while isBetter {
      isBetter = false
      for coordinate in units.indices {
        for factor in [Double.infinity, 2, 2.0.squareRoot(), 0.5.squareRoot(), 0.5] {
          var widths = best.widths
          widths[coordinate] *= factor
          if widths[coordinate] > 0, widths != best.widths, attempt(widths) { isBetter = true }
        }
      }
    }
    try self.init(keys: rows, values: targets, kernel: kernel, widths: best.widths)
    leaveOneOutError = best.error
  }

  /// The same for classes 0 ..< `count`; the error is the Brier score.
  public init(
    choosingWidths keys: Tensor, classes: [Int], count: Int, kernel: Kernel = .gaussian, isPerCoordinate: Bool = false,
    candidates: [Double]? = nil
  ) throws {
    try self.init(
      choosingWidths: keys, values: Self.oneHot(classes, count), kernel: kernel, isPerCoordinate: isPerCoordinate,
      candidates: candidates)
  }

  /// The mean of ‖f(k_i) − v_i‖² where f leaves k_i out.
  static func leaveOneOutError(_ keys: Tensor, _ values: Tensor, _ kernel: Kernel, _ widths: [Double]) -> Double {
    let count = keys.shape[0]
    let sums = blocks(count, count).map { block in
      let itself = Tensor(range: block).expandingAxis(1) .== Tensor(range: 0..<count)
      let weights = Self.weights(keys.sliced(block, alongAxis: 0), keys, kernel, widths, excluding: itself)
      return (weights.matmul(values) - values.sliced(block, alongAxis: 0)).square().sum().item
    }
    return sums.reduce(0, +) / Double(count)
  }

  /// The deviation of each coordinate; 1 where there is none.
  private static func deviations(_ keys: Tensor) -> [Double] {
    keys.variance(alongAxes: [0], correction: 0).scalars(as: Double.self).map { $0 > 0 ? $0.squareRoot() : 1 }
  }

  /// Widths, the widest first.
  private static func sorted(_ candidates: [Double]) throws -> [Double] {
    guard !candidates.isEmpty, candidates.allSatisfy({ $0 > 0 }) else {
      throw SurprisalError(.usage, "the widths \(candidates) are no candidates", remedy: "give positive numbers")
    }
    return candidates.sorted(by: >)
  }

  private static func candidates(_ keys: Tensor, _ units: [Double]) -> [Double] {
    let ranges = (keys.max(alongAxes: [0]) - keys.min(alongAxes: [0])) / Tensor(units)
    let diameter = ranges.square().sum().item.squareRoot()
    guard diameter > 0, diameter.isFinite else { return [.infinity, 1] }
    var widths = [Double.infinity]
    var width = 2 * diameter
    while width * 8 * Double(keys.shape[0]) >= diameter {
      widths.append(width)
      width *= 0.5.squareRoot()
    }
    return widths
  }
}
