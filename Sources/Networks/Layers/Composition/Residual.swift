import SurprisalCore
import SurprisalTensors

/// y = activation(main(x) + shortcut(x)) (He, Zhang, Ren and Sun 2016), x itself where there is no shortcut.
///
/// The tensors are named `main.…` and `shortcut.…`. An activation must keep the shape.
public struct Residual: Layer {
  /// What is learned beside the shortcut.
  public var main: any Layer
  /// What brings x to the shape of the sum; nil where it has it.
  public var shortcut: (any Layer)?
  /// What is done to the sum.
  public var activation: (any Layer)?

  /// A block of the given layers.
  public init(_ main: any Layer, shortcut: (any Layer)? = nil, activation: (any Layer)? = nil) {
    (self.main, self.shortcut, self.activation) = (main, shortcut, activation)
  }

  /// Shows the fields of the layers.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("main", &main)
    try visitor.module("shortcut", &shortcut)
    try visitor.module("activation", &activation)
  }

  /// activation(main(x) + shortcut(x)).
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let change = main.forward(x, &pass)
    let sum = change + (shortcut?.forward(x, &pass) ?? x)
    return activation?.forward(sum, &pass) ?? sum
  }

  /// The shape of the sum.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let change = try main.outputShape(for: shape, named: "main")
    let kept = try shortcut?.outputShape(for: shape, named: "shortcut") ?? shape
    guard change == kept else {
      throw SurprisalError(
        .data, "Residual adds the shape \(change) of its main branch to \(kept) of its shortcut",
        remedy: "give it a shortcut that makes of \(shape) the shape \(change)")
    }
    return try activation?.outputShape(for: change, named: "activation") ?? change
  }

  /// Main branch and shortcut take the input, an activation their sum.
  public var composition: LayerComposition { .branches(joinedBy: "activation") }
}
