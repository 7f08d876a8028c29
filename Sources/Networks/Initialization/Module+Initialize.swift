import SurprisalCore
import SurprisalTensors

extension Module {
  /// Draws the chosen parameters anew, in the types they have.
  ///
  /// ```swift
  /// model.initialize(with: .xavierUniform(), using: &generator)
  /// model.initialize(with: .zeros, where: { path, _ in path.hasSuffix("bias") }, using: &generator)
  /// ```
  /// - Parameter isChosen: which parameters, by path and tensor; those of two axes and more, the weights of linear and
  ///   convolution layers, unless said.
  public mutating func initialize(
    with initializer: Initializer, where isChosen: (_ path: String, _ tensor: Tensor) -> Bool = { $1.rank >= 2 },
    using generator: inout RandomGenerator
  ) {
    withoutActuallyEscaping(isChosen) { isChosen in
      var visitor = InitializingVisitor(initializer: initializer, isChosen: isChosen, generator: generator)
      visit(&self, with: &visitor)
      generator = visitor.generator
    }
  }
}

/// Draws parameters anew.
private struct InitializingVisitor: FieldVisitor {
  let initializer: Initializer
  let isChosen: (String, Tensor) -> Bool
  var generator: RandomGenerator
  var path = FieldPath()

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    guard isChosen(path.name(name), tensor) else { return }
    tensor = initializer.tensor(shape: tensor.shape, dtype: tensor.dtype, using: &generator)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}
