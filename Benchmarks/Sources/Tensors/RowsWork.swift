import Surprisal

/// Softmax, layer normalization, gelu or cross-entropy at [4096, 1024], with the derivatives if `both`.
struct RowsWork: TensorWork {
  enum Operation: String {
    case softmax
    case layerNorm = "layer-norm"
    case gelu
    case crossEntropy = "cross-entropy"
  }

  var operation: Operation
  var both: Bool
  private let x = SharedInputs.numbers([4096, 1024], seed: 1, scale: 4)
  private let cotangent = SharedInputs.numbers([4096, 1024], seed: 2)
  private let scale = SharedInputs.numbers([1024], seed: 3)
  private let shift = SharedInputs.numbers([1024], seed: 4)
  private let targets = SharedInputs.classes(4096, seed: 5, choices: 1024)

  init(_ operation: Operation, both: Bool) {
    self.operation = operation
    self.both = both
  }

  func step() -> [Tensor] {
    guard both else { return [value(at: x, scale, shift)] }
    switch operation {
    case .softmax, .gelu:
      return [vectorJacobianProduct(of: x, with: cotangent) { value(at: $0, scale, shift) }.product]
    case .layerNorm:
      return valueAndGradient(of: [x, scale, shift]) { (value(at: $0[0], $0[1], $0[2]) * cotangent).sum() }.gradients
    case .crossEntropy:
      return [gradient(of: x) { value(at: $0, scale, shift) }]
    }
  }

  private func value(at x: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor {
    switch operation {
    case .softmax: x.softmax()
    case .layerNorm: x.layerNormalization(scale: scale, shift: shift)
    case .gelu: x.gelu()
    case .crossEntropy: x.crossEntropy(with: targets).mean()
    }
  }
}
