import SurprisalCore
import SurprisalTensors

/// Nadaraya–Watson regression (1964): a query's value is the mean of all values, weighted by how near their keys are.
///
///     f(q) = Σ_i v_i α(q, k_i) / Σ_j α(q, k_j)
///
/// This is attention with a fixed similarity. For classes the values are their one-hot vectors, and f is a
/// probability for each. Wide kernels give the mean of all values (average pooling), narrow ones the value of the
/// nearest key (look-up). A query for which every α is 0, because no key is in reach or because the numbers end,
/// takes the mean of its nearest keys' values.
public struct KernelRegression: Sendable {
  /// α as a function of the distance u = ‖(q − k) / width‖, the quotient taken for each coordinate.
  public enum Kernel: String, Sendable, Hashable, CaseIterable {
    /// e^(−u²/2).
    case gaussian
    /// 1 up to u = 1, else 0.
    case boxcar
    /// max(0, 1 − u).
    case triangular
    /// max(0, 1 − u²) (Epanechikov 1969).
    case epanechikov
  }

  /// k_i, float64 [m, coordinates].
  public let keys: Tensor
  /// v_i, float64 [m, values].
  public let values: Tensor
  /// α.
  public let kernel: Kernel
  /// One width for all coordinates or one for each, in their units; an infinite one leaves a coordinate out.
  public let widths: [Double]
  /// The mean of ‖f(k_i) − v_i‖² over the keys, where f leaves k_i out, if the widths were chosen by it; with classes
  /// it is the Brier score.
  public internal(set) var leaveOneOutError: Double?

  /// The regression on keys [m, coordinates] or [m] and values [m, values] or [m].
  ///
  /// - Throws: a data error if there are no keys, not as many values, or numbers that are not finite; a usage error
  ///   for widths that are not positive or neither one nor one for each coordinate.
  public init(keys: Tensor, values: Tensor, kernel: Kernel = .gaussian, widths: [Double]) throws {
    let (keys, values) = try Self.checked(keys, values)
    guard widths.count == 1 || widths.count == keys.shape[1], widths.allSatisfy({ $0 > 0 }) else {
      throw SurprisalError(
        .usage, "the widths \(widths) do not fit \(keys.shape[1]) coordinates",
        remedy: "give one positive width or one for each coordinate")
    }
    (self.keys, self.values, self.kernel, self.widths) = (keys, values, kernel, widths)
  }

  /// The same for classes 0 ..< `count`: values are one-hot.
  ///
  /// - Throws: as the form for values; a data error for a class that is none of them.
  public init(keys: Tensor, classes: [Int], count: Int, kernel: Kernel = .gaussian, widths: [Double]) throws {
    try self.init(keys: keys, values: Self.oneHot(classes, count), kernel: kernel, widths: widths)
  }

  /// f, [n, values], at queries [n, coordinates] or [n].
  public func callAsFunction(_ queries: Tensor) -> Tensor {
    let queries = Self.matrix(queries)
    let parts = Self.blocks(queries.shape[0], keys.shape[0]).map { block in
      weights(queries.sliced(block, alongAxis: 0)).matmul(values)
    }
    return Tensor(concatenating: parts)
  }

  /// The most probable class of each query, the first of equal ones.
  public func classes(_ queries: Tensor) -> [Int] { self(queries).argmax(alongAxis: 1).scalars(as: Int.self) }

  /// The weights α(q, k_i) / Σ_j α(q, k_j), [n, m]: rows of sum 1.
  public func weights(_ queries: Tensor) -> Tensor {
    let queries = Self.matrix(queries)
    precondition(
      queries.shape[1] == keys.shape[1],
      "KernelRegression: queries \(queries.shape) do not have the \(keys.shape[1]) coordinates of the keys")
    return Self.weights(queries, keys, kernel, widths)
  }

  /// Weights of all keys but those where `excluded` is true.
  static func weights(
    _ queries: Tensor, _ keys: Tensor, _ kernel: Kernel, _ widths: [Double], excluding excluded: Tensor? = nil
  ) -> Tensor {
    // In units of the least width no square overflows that need not.
    let least = widths.min() ?? 1
    var squares = Tensor(zeros: [queries.shape[0], keys.shape[0]], dtype: .float64)
    for coordinate in 0..<keys.shape[1] {
      let width = widths[widths.count == 1 ? 0 : coordinate]
      if width == .infinity, least < .infinity { continue }
      let difference =
        queries.sliced(coordinate..<coordinate + 1, alongAxis: 1) - keys.sliced(coordinate, alongAxis: 1)
      squares = squares + (least < .infinity ? difference * (least / width) : difference).square()
    }
    var distances = squares.squareRoot() / least
    if let excluded {
      squares = squares.filled(with: .infinity, where: excluded)
      distances = distances.filled(with: .infinity, where: excluded)
    }
    let similarities: Tensor
    switch kernel {
    case .gaussian: similarities = (distances.square() * -0.5).softmax()
    case .boxcar: similarities = (distances .<= 1).converted(to: .float64)
    case .triangular: similarities = (1 - distances).relu()
    case .epanechikov: similarities = (1 - distances.square()).relu()
    }
    let nearest = (squares .<= squares.min(alongAxes: [1], keepingAxes: true)).converted(to: .float64)
    let sums = similarities.sum(alongAxes: [1], keepingAxes: true)
    let chosen = Tensor(where: sums .> 0, similarities, else: nearest)
    return chosen / chosen.sum(alongAxes: [1], keepingAxes: true)
  }

  /// Rows in blocks whose weights fit in some tens of megabytes.
  static func blocks(_ count: Int, _ columns: Int) -> [Range<Int>] {
    let size = max(1, (1 << 21) / max(1, columns))
    if count == 0 { return [0..<0] }
    return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
  }
}

extension KernelRegression {
  /// Float64 [rows, columns] of a matrix or a column.
  static func matrix(_ x: Tensor) -> Tensor {
    let numbers = x.converted(to: .float64)
    return numbers.rank == 1 ? numbers.reshaped(to: [numbers.count, 1]) : numbers
  }

  static func oneHot(_ classes: [Int], _ count: Int) throws -> Tensor {
    guard let bad = classes.first(where: { $0 < 0 || $0 >= count }) else {
      return Tensor(oneHot: Tensor(classes), depth: count, dtype: .float64)
    }
    throw SurprisalError(.data, "\(bad) is none of \(count) classes", remedy: "number the classes from 0 on")
  }

  static func checked(_ keys: Tensor, _ values: Tensor) throws -> (Tensor, Tensor) {
    guard (1...2).contains(keys.rank), let count = keys.shape.first, count > 0, keys.count > 0 else {
      throw SurprisalError(.data, "keys of the shape \(keys.shape) are no rows", remedy: "give [rows, coordinates]")
    }
    guard (1...2).contains(values.rank), values.shape[0] == count, values.count > 0 else {
      throw SurprisalError(
        .data, "there are \(count) keys and values of the shape \(values.shape)", remedy: "give one value a key")
    }
    let (keys, values) = (matrix(keys), matrix(values))
    guard keys.abs().max().item.isFinite, values.abs().max().item.isFinite else {
      throw SurprisalError(.data, "there are numbers that are not finite", remedy: "leave out their rows")
    }
    return (keys, values)
  }
}
