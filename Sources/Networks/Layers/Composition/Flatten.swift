import SurprisalCore
import SurprisalTensors

/// The axes from one on as a single axis: [batch, channels · height · width] of [batch, channels, height, width].
public struct Flatten: Layer {
  /// The first axis that is joined.
  public var firstAxis: Int

  /// Joins the axes from `firstAxis` on, all but the batch unless said.
  public init(fromAxis firstAxis: Int = 1) {
    precondition(firstAxis >= 0, "Flatten: there is no axis \(firstAxis)")
    self.firstAxis = firstAxis
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// x, without a copy where its elements lie in order.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.rank == firstAxis + 1 ? x : x.flattened(fromAxis: firstAxis)
  }

  /// The first axes and the product of the others.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    guard shape.count > firstAxis else {
      throw SurprisalError(
        .data, "Flatten takes shapes of more than \(firstAxis) axes, not \(shape)",
        remedy: "give Flatten(fromAxis:) an axis that there is")
    }
    return shape[..<firstAxis] + [shape[firstAxis...].reduce(1, *)]
  }

  /// The first axis, unless it is 1.
  public var summaryLine: String { line("Flatten", part("fromAxis", firstAxis, unless: 1)) }
}
