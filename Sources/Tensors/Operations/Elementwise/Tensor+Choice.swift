import CSurprisalKernels

extension Tensor {
  /// Elements of `first` where `condition` holds (is not 0) and of `second` elsewhere.
  ///
  /// The three shapes broadcast; the two types are promoted. The derivative goes to the side taken, and what the
  /// other one holds (NaN, infinities) does not reach it.
  public init(where condition: Tensor, _ first: Tensor, else second: Tensor) {
    let condition = condition.asBool()
    let (first, second) = Tensor.promoted(first, second)
    self = differentiable(first, second) {
      Kernels.choose(condition, $0, $1)
    } pullbacks: { first, second, _ in
      let (firstShape, secondShape) = (first.shape, second.shape)
      return (
        { Tensor(where: condition, $0, else: 0).summed(toShape: firstShape) },
        { Tensor(where: condition, 0, else: $0).summed(toShape: secondShape) }
      )
    }
  }

  /// Elements of `tensor` where `condition` holds and `number`, in the tensor's type, elsewhere.
  public init(where condition: Tensor, _ tensor: Tensor, else number: Double) {
    self.init(where: condition, tensor, else: tensor.scalar(number))
  }

  /// `number`, in the tensor's type, where `condition` holds and elements of `tensor` elsewhere.
  public init(where condition: Tensor, _ number: Double, else tensor: Tensor) {
    self.init(where: condition, tensor.scalar(number), else: tensor)
  }

  /// The larger of a and b for each element, with broadcasting; NaN if one is.
  ///
  /// Where both are equal, each gets half of the derivative.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    extremum(SURPRISAL_MAXIMUM, a, b) { $0 .> $1 }
  }

  /// The smaller of a and b for each element, with broadcasting; NaN if one is.
  ///
  /// Where both are equal, each gets half of the derivative.
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    extremum(SURPRISAL_MINIMUM, a, b) { $0 .< $1 }
  }

  /// The larger of x and `number` for each element; NaN stays NaN. Where both are equal the derivative is ½.
  public static func maximum(_ x: Tensor, _ number: Double) -> Tensor {
    extremum(SURPRISAL_MAXIMUM_NUMBER, x, number) { $0 .> number }
  }

  /// The smaller of x and `number` for each element; NaN stays NaN. Where both are equal the derivative is ½.
  public static func minimum(_ x: Tensor, _ number: Double) -> Tensor {
    extremum(SURPRISAL_MINIMUM_NUMBER, x, number) { $0 .< number }
  }

  private static func extremum(
    _ op: surprisal_binary_op, _ a: Tensor, _ b: Tensor, wins: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    let (a, b) = promotedToNumbers(a, b)
    return differentiable(a, b) {
      Kernels.binary(op, $0, $1)
    } pullbacks: { a, b, _ in
      (
        { $0.shared(where: wins(a, b), halfWhere: a .== b).summed(toShape: a.shape) },
        { $0.shared(where: wins(b, a), halfWhere: a .== b).summed(toShape: b.shape) }
      )
    }
  }

  private static func extremum(
    _ op: surprisal_unary_op, _ x: Tensor, _ number: Double, wins: @escaping @Sendable (Tensor) -> Tensor
  ) -> Tensor {
    differentiable(x.taking(number)) {
      Kernels.unary(op, $0, number)
    } pullback: { x, _ in
      { $0.shared(where: wins(x), halfWhere: x .== number) }
    }
  }

  /// All of this where `taken` holds, half of it where `tied` does and 0 elsewhere.
  private func shared(where taken: Tensor, halfWhere tied: Tensor) -> Tensor {
    Tensor(where: taken, self, else: Tensor(where: tied, self * 0.5, else: 0))
  }
}
