/// A convolution y = x ∗ w and its two backward operations.
///
/// ⟨g, x ∗ w⟩ is linear in each of x, w and g, and each operation is its derivative by one of the three: the pullbacks
/// of each are the other two, so that derivatives of any order are convolutions again.
struct Convolution: Sendable {
  let geometry: ConvolutionGeometry

  /// y from x and w.
  func output(_ x: Tensor, _ weight: Tensor) -> Tensor {
    differentiable(x, weight) {
      Kernels.convolve($0, $1, geometry)
    } pullbacks: { x, weight, _ in
      ({ inputCotangent(weight, $0) }, { weightCotangent(x, $0) })
    }
  }

  /// y from x and w with a number [outputs] added to every channel.
  func output(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
    differentiable(x, weight, bias) {
      Kernels.convolve($0, $1, bias: $2, geometry)
    } pullback: { x, weight, _ in
      { g, argument in
        switch argument {
        case .first: inputCotangent(weight, g)
        case .second: weightCotangent(x, g)
        case .third: g.summedOverChannels()
        }
      }
    }
  }

  /// The cotangent of x from w and that of y; it is the transposed convolution of y.
  func inputCotangent(_ weight: Tensor, _ g: Tensor) -> Tensor {
    differentiable(weight, g) {
      Kernels.convolveBackwardInput($0, $1, geometry)
    } pullbacks: { weight, g, _ in
      ({ weightCotangent($0, g) }, { output($0, weight) })
    }
  }

  /// The cotangent of w from x and that of y.
  func weightCotangent(_ x: Tensor, _ g: Tensor) -> Tensor {
    differentiable(x, g) {
      Kernels.convolveBackwardWeight($0, $1, geometry)
    } pullbacks: { x, g, _ in
      ({ inputCotangent($0, g) }, { output(x, $0) })
    }
  }
}
