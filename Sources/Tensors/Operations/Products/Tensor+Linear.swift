import CSurprisalKernels

extension Tensor {
  /// x · Wᵀ + b for each row: an affine map of the last axis.
  ///
  /// - Parameters:
  ///   - weight: W [outputs, inputs].
  ///   - bias: b [outputs]; 0 if nil.
  /// - Returns: of this tensor's shape [..., inputs], [..., outputs]. The bias is added within the product; types are
  ///   promoted and computed as in `matmul(_:)`.
  ///
  /// Derivative, with X and G as matrices of rows: dX = G · W, dW = Gᵀ · X, db = Σ over the rows of G; each is computed
  /// only where it is asked for.
  public func linear(weight: Tensor, bias: Tensor? = nil) -> Tensor {
    precondition(
      rank > 0 && weight.rank == 2 && shape[rank - 1] == weight.shape[1],
      "linear: the weight \(weight.shape) is not [outputs, inputs] for the input \(shape)")
    precondition(
      bias == nil || bias?.shape == [weight.shape[0]],
      "linear: the bias \(bias?.shape ?? []) does not have the outputs of the weight \(weight.shape)")
    guard let bias, rank > 1, dtype.isFloatingPoint, weight.dtype == dtype, bias.dtype == dtype else {
      return promotedLinear(weight, bias)
    }
    return differentiable(self, weight, bias) {
      Kernels.product($0, $1, transposing: (false, true), bias: $2)
    } pullback: { x, weight, _ in
      { g, argument in
        switch argument {
        case .first: Tensor.product(g, weight)
        case .second where x.rank == 2: Tensor.product(g, x, transposing: (true, false))
        case .second: Tensor.product(g.asMatrix(), x.asMatrix(), transposing: (true, false))
        case .third: g.isTracked ? g.asMatrix().sum(alongAxes: [0]) : Kernels.columnSums(g)
        }
      }
    }
  }

  /// The same for tensors of several types or of whole numbers, for a vector, and without a bias.
  private func promotedLinear(_ weight: Tensor, _ bias: Tensor?) -> Tensor {
    if rank == 1 { return reshaped(to: [1, count]).linear(weight: weight, bias: bias).reshaped(to: [-1]) }
    let (x, weight) = Tensor.promotedToNumbers(self, weight)
    let y = Tensor.product(x, weight, transposing: (false, true))
    return bias.map { y + $0 } ?? y
  }
}
