import SurprisalCore
import SurprisalTensors

/// The rows of a fit that no sums can stand for, with their weights; float64.
struct KeptRows: Sendable {
  /// Rows and their weights, of one shape.
  private var pieces: [(x: Tensor, weights: Tensor)] = []

  /// Keeps finite rows [rows, batchShape, eventShape] with weights [rows] or [rows, batchShape].
  mutating func add(_ x: Tensor, weights: Tensor?, _ family: String) throws {
    let (x, weights) = try Rows.checked(x, weights, family)
    try Rows.require(x.abs() .< .infinity, x, family, mustBe: "finite")
    try keep((x, weights), family)
  }

  /// Keeps what another has kept.
  mutating func merge(_ other: KeptRows, _ family: String) throws {
    for piece in other.pieces { try keep(piece, family) }
  }

  /// [batchShape, eventShape].
  func shape(_ family: String) throws -> [Int] {
    guard let first = pieces.first else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    return Array(first.x.shape.dropFirst())
  }

  /// The parameters for each member of the batch, [batchShape, parameters], the last of them a scale above 0, from its
  /// events of positive weight, `eventCount` numbers each, and their weights.
  ///
  /// - Throws: `data` if a member has no weight or, with `needsSpread`, equal events only.
  func fit(
    _ family: String, eventCount: Int = 1, needsSpread: Bool = true,
    _ body: (_ values: [Double], _ weights: [Double]) throws -> [Double]
  ) throws -> Tensor {
    let shape = try Array(shape(family).dropLast(eventCount == 1 ? 0 : 1))
    let members = shape.reduce(1, *)
    let x = pieces.flatMap { $0.x.scalars(as: Double.self) }
    let weights = pieces.flatMap { $0.weights.scalars(as: Double.self) }
    var result: [Double] = []
    for member in 0..<members {
      let kept = stride(from: member * eventCount, to: x.count, by: members * eventCount).filter { weights[$0] > 0 }
      guard let start = kept.first else {
        throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
      }
      let first = x[start..<start + eventCount]
      guard !needsSpread || kept.contains(where: { !x[$0..<$0 + eventCount].elementsEqual(first) }) else {
        throw SurprisalError(.data, "\(family): the rows are all equal, no fit has a density there")
      }
      let parameters = try body(kept.flatMap { x[$0..<$0 + eventCount] }, kept.map { weights[$0] })
      guard parameters.allSatisfy(\.isFinite), parameters.last ?? 0 > 0 else {
        throw SurprisalError(
          .data, "\(family): the spread of the rows is beyond float64", remedy: "fit them in another unit")
      }
      result += parameters
    }
    return Tensor(result, shape: shape + [result.count / Swift.max(1, members)])
  }

  private mutating func keep(_ piece: (x: Tensor, weights: Tensor), _ family: String) throws {
    if let own = pieces.first?.x.shape.dropFirst(), own != piece.x.shape.dropFirst() {
      throw SurprisalError(
        .usage, "\(family): rows of shape \(Array(piece.x.shape.dropFirst())) follow rows of shape \(Array(own))")
    }
    pieces.append(piece)
  }
}
