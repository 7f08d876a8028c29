import SurprisalTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Rotary positions (Su et al. 2021): pairs of numbers of queries and keys are turned by an angle that grows with the
/// position, so that their product depends on the distance of two steps alone.
///
///     pair j of position t turns by t / base^(2j / d)
///
/// Shapes: x [..., steps, d] with an even d. There are no parameters.
public struct RotaryPositions: Sendable, Hashable {
  /// Which two numbers make a pair.
  public enum Pairing: Sendable, Hashable {
    /// j and j + d/2, as in Llama's published weights.
    case halves
    /// 2j and 2j + 1, as in the paper.
    case neighbors
  }

  /// What the slowest pair's angle goes by.
  public var base: Double
  /// Which two numbers make a pair.
  public var pairing: Pairing

  /// Turns by powers of `base`.
  public init(base: Double = 10000, pairing: Pairing = .halves) {
    (self.base, self.pairing) = (base, pairing)
  }

  /// x, the first of whose steps has the position `offset`, turned.
  ///
  /// Derivative: the cotangent turned back.
  public func callAsFunction(_ x: Tensor, offset: Int = 0) -> Tensor {
    precondition(
      x.rank >= 2 && x.shape[x.rank - 1] % 2 == 0, "RotaryPositions: \(x.shape) is not [..., steps, even number]")
    let (steps, half) = (x.shape[x.rank - 2], x.shape[x.rank - 1] / 2)
    let (cosines, sines) = table(offset..<offset + steps, half, x.dtype)
    switch pairing {
    case .halves:
      let parts = x.split(count: 2, alongAxis: -1)
      return Tensor(
        concatenating: [parts[0] * cosines - parts[1] * sines, parts[0] * sines + parts[1] * cosines], alongAxis: -1)
    case .neighbors:
      let parts = x.reshaped(to: x.shape.dropLast() + [half, 2]).unstacked(alongAxis: -1)
      return Tensor(
        stacking: [parts[0] * cosines - parts[1] * sines, parts[0] * sines + parts[1] * cosines], alongAxis: -1
      ).reshaped(to: x.shape)
    }
  }

  /// Cosines and sines, [positions, d/2].
  private func table(_ positions: Range<Int>, _ half: Int, _ dtype: DType) -> (Tensor, Tensor) {
    let frequencies = (0..<half).map { pow(base, -Double($0) / Double(half)) }
    let angles = positions.flatMap { position in frequencies.map { Double(position) * $0 } }
    let shape = [positions.count, half]
    return (
      Tensor(angles.map { cos($0) }, shape: shape).converted(to: dtype),
      Tensor(angles.map { sin($0) }, shape: shape).converted(to: dtype)
    )
  }
}
