import SurprisalCore
import SurprisalTensors

/// Vectors of D − 1 real numbers to D probabilities, by breaking a stick: part k is a share of what is left,
/// zₖ = sigmoid(xₖ − log(D − k)) for k = 1 …, so that x = 0 gives equal parts.
///
/// Densities on the simplex are by the first D − 1 probabilities. (Stan Reference Manual, section 10.7.)
public struct StickBreakingBijection: Bijection {
  /// The map of any number of parts.
  public init() {}

  /// 1.
  public var eventRank: Int { 1 }
  /// The name.
  public var description: String { "StickBreakingBijection()" }
  /// One number more.
  public func forwardShape(_ shape: [Int]) -> [Int] { SimplexShape.grown(shape, "StickBreakingBijection") }
  /// The simplex.
  public func range(of support: Support, shape: [Int]) -> Support { .simplex(count: shape[0] + 1) }
  /// Not used for vectors.
  public var isIncreasing: Tensor { Tensor([true], shape: []) }

  /// The parts of the stick.
  public func forward(_ x: Tensor) -> Tensor {
    let shares = shifted(x)
    // log of what is left before part k: Σ log(1 − z) over those before.
    let rest = (-shares.softplus()).cumulativeSum(alongAxis: -1)
    let before = Tensor(concatenating: [SimplexShape.zeroColumn(x), rest], alongAxis: -1)
    let logShares = Tensor(concatenating: [-(-shares).softplus(), SimplexShape.zeroColumn(x)], alongAxis: -1)
    return (before + logShares).exp()
  }

  /// The numbers that break the stick so.
  public func inverse(_ y: Tensor) -> Tensor {
    let count = y.shape[y.rank - 1]
    // What is left after part k is the sum of the parts behind it, summed from the small end.
    let behind = y.flipped(alongAxes: [-1]).cumulativeSum(alongAxis: -1).flipped(alongAxes: [-1])
    let after = behind.sliced(1..., alongAxis: -1)
    return y.sliced(..<(count - 1), alongAxis: -1).log() - after.log() + offsets(count, y.dtype)
  }

  /// Σ log zₖ + log(1 − zₖ) + log of what is left.
  public func logDeterminant(at x: Tensor) -> Tensor {
    let shares = shifted(x)
    let rest = -shares.softplus()
    let before = rest.cumulativeSum(alongAxis: -1) - rest
    return (rest - (-shares).softplus() + before).sum(alongAxes: [-1])
  }

  /// Whether it is stick breaking.
  public func isEqual(to other: any Bijection) -> Bool { other is StickBreakingBijection }

  private func shifted(_ x: Tensor) -> Tensor { x - offsets(x.shape[x.rank - 1] + 1, x.dtype) }

  /// log(D − k) for k = 1 … D − 1.
  private func offsets(_ count: Int, _ dtype: DType) -> Tensor {
    Tensor((1..<count).map { Double(count - $0) }, shape: [count - 1], dtype: dtype).log()
  }
}

/// Vectors of D − 1 real numbers to D probabilities, softmax(x, 0).
///
/// Densities on the simplex are by the first D − 1 probabilities.
public struct SoftmaxCenteredBijection: Bijection {
  /// The map of any number of probabilities.
  public init() {}

  /// 1.
  public var eventRank: Int { 1 }
  /// The name.
  public var description: String { "SoftmaxCenteredBijection()" }
  /// One number more.
  public func forwardShape(_ shape: [Int]) -> [Int] { SimplexShape.grown(shape, "SoftmaxCenteredBijection") }
  /// The simplex.
  public func range(of support: Support, shape: [Int]) -> Support { .simplex(count: shape[0] + 1) }
  /// Not used for vectors.
  public var isIncreasing: Tensor { Tensor([true], shape: []) }
  /// softmax(x, 0).
  public func forward(_ x: Tensor) -> Tensor { logits(x).softmax() }
  /// log y − log y_D.
  public func inverse(_ y: Tensor) -> Tensor {
    let parts = y.log().split(sizes: [y.shape[y.rank - 1] - 1, 1], alongAxis: -1)
    return parts[0] - parts[1]
  }
  /// Σ log yₖ over all D.
  public func logDeterminant(at x: Tensor) -> Tensor { logits(x).logSoftmax().sum(alongAxes: [-1]) }
  /// Whether it is the centered softmax.
  public func isEqual(to other: any Bijection) -> Bool { other is SoftmaxCenteredBijection }

  private func logits(_ x: Tensor) -> Tensor {
    Tensor(concatenating: [x, SimplexShape.zeroColumn(x)], alongAxis: -1)
  }
}

private enum SimplexShape {
  static func grown(_ shape: [Int], _ name: String) -> [Int] {
    precondition(shape.count == 1, "\(name): events of shape \(shape) are no vectors")
    return [shape[0] + 1]
  }

  static func zeroColumn(_ x: Tensor) -> Tensor {
    Tensor(zeros: Array(x.shape.dropLast()) + [1], dtype: x.dtype)
  }
}
