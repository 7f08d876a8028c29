import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// The powers x, x², …, xᵈ of every input, without products of different inputs: what makes a linear layer a
/// polynomial.
///
/// Shapes: x [batch, inputs], y [batch, inputs · d], all inputs to the first power first.
public struct Powers: Layer {
  /// d.
  public var degree: Int

  /// Powers up to `degree`, from 1 on.
  public init(degree: Int) {
    precondition(degree > 0, "Powers: the degree \(degree) is not positive")
    self.degree = degree
  }

  /// Nothing: there is no parameter.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// x, x², …, xᵈ side by side.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var powers = [x]
    while powers.count < degree { powers.append(powers[powers.count - 1] * x) }
    return Tensor(concatenating: powers, alongAxis: -1)
  }

  /// [batch, inputs · d].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    guard shape.count == 2 else {
      throw SurprisalError(.data, "Powers takes [batch, inputs], not \(shape)", remedy: "flatten first")
    }
    return [shape[0], shape[1] * degree]
  }
}
