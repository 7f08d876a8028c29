import SurprisalCore
import SurprisalTensors

/// A learned vector for each of a number of entries: rows of a table.
///
/// Shapes: x, whole numbers below `entries`, [...]; weight [entries, features]; y [..., features]. PyTorch's names and
/// layout.
public struct Embedding: Layer {
  /// [entries, features].
  public var weight: Tensor
  /// An entry that stands for no entry: its row starts at 0 and has the derivative 0, so that it stays what it is.
  public var paddingIndex: Int?

  /// A layer with a weight drawn from N(0, 1), PyTorch's default, but for the row of `paddingIndex`, which is 0.
  public init(
    entries: Int, features: Int, paddingIndex: Int? = nil, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    let drawn = Tensor.normal(shape: [entries, features], dtype: dtype, using: &generator)
    self.init(weight: drawn, paddingIndex: paddingIndex)
    guard let paddingIndex else { return }
    let isPadding = Tensor(range: 0..<entries) .== Double(paddingIndex)
    weight = drawn.filled(with: 0, where: isPadding.expandingAxis(1))
  }

  /// A layer with the given weight [entries, features].
  public init(weight: Tensor, paddingIndex: Int? = nil) {
    precondition(weight.rank == 2, "Embedding: weight \(weight.shape) is not [entries, features]")
    precondition(
      paddingIndex.map { $0 >= 0 && $0 < weight.shape[0] } ?? true,
      "Embedding: the padding index \(paddingIndex ?? 0) is not one of \(weight.shape[0]) entries")
    self.weight = weight
    self.paddingIndex = paddingIndex
  }

  /// Shows the weight.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try visitor.parameter("weight", &weight) }

  /// The rows at x.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let rows = weight.embedding(at: x)
    guard let paddingIndex, weight.isTracked else { return rows }
    let isPadding = (x .== Double(paddingIndex)).expandingAxis(-1)
    return Tensor(where: isPadding, rows.withoutDerivative(), else: rows)
  }

  /// The input's shape and `features`.
  public func outputShape(for shape: [Int]) throws -> [Int] { shape + [weight.shape[1]] }

  /// The extents and the padding index, if there is one.
  public var summaryLine: String {
    line(
      "Embedding", "entries: \(weight.shape[0])", "features: \(weight.shape[1])",
      paddingIndex.map { "paddingIndex: \($0)" })
  }
}
