import SurprisalCore
import SurprisalTensors

/// The rows of a fit that no sums can stand for, with their weights; float64.
struct KeptRows: Sendable {
  private var pieces: [(x: Tensor, weights: Tensor)] = []

  /// Keeps finite rows [rows, batchShape] with weights [rows] or [rows, batchShape].
  mutating func add(_ x: Tensor, weights: Tensor?, _ family: String) throws {
    let (x, weights) = try Rows.checked(x, weights, family)
    try Rows.require(x.abs() .< .infinity, x, family, mustBe: "finite")
    try keep((x, weights), family)
  }

  /// Keeps what another has kept.
  mutating func merge(_ other: KeptRows, _ family: String) throws {
    for piece in other.pieces { try keep(piece, family) }
  }

  /// Two parameters for each member of the batch, from its values of positive weight and their weights.
  ///
  /// - Throws: `data` if a member has no weight, or equal values only.
  func fit(
    _ family: String, _ body: (_ values: [Double], _ weights: [Double]) throws -> (Double, Double)
  ) throws -> (Tensor, Tensor) {
    guard let batchShape = pieces.first?.x.shape.dropFirst() else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    let members = batchShape.reduce(1, *)
    let x = pieces.flatMap { $0.x.scalars(as: Double.self) }
    let weights = pieces.flatMap { $0.weights.scalars(as: Double.self) }
    var (first, second): ([Double], [Double]) = ([], [])
    for member in 0..<members {
      let kept = stride(from: member, to: x.count, by: members).filter { weights[$0] > 0 }
      guard let start = kept.first else {
        throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
      }
      guard kept.contains(where: { x[$0] != x[start] }) else {
        throw SurprisalError(.data, "\(family): the rows are all equal, no fit has a density there")
      }
      let parameters = try body(kept.map { x[$0] }, kept.map { weights[$0] })
      guard parameters.0.isFinite, parameters.1.isFinite, parameters.1 > 0 else {
        throw SurprisalError(
          .data, "\(family): the spread of the rows is beyond float64", remedy: "fit them in another unit")
      }
      first.append(parameters.0)
      second.append(parameters.1)
    }
    return (Tensor(first, shape: Array(batchShape)), Tensor(second, shape: Array(batchShape)))
  }

  private mutating func keep(_ piece: (x: Tensor, weights: Tensor), _ family: String) throws {
    if let own = pieces.first?.x.shape.dropFirst(), own != piece.x.shape.dropFirst() {
      throw SurprisalError(
        .usage, "\(family): rows of shape \(Array(piece.x.shape.dropFirst())) follow rows of shape \(Array(own))")
    }
    pieces.append(piece)
  }
}
