/// Operations on a number for each channel of [batch, channels, …]: what batch normalization, its derivatives and the
/// biases of convolutions are made of. Each one's derivative is made of the others.
extension Tensor {
  /// x · factor + term with a number of each, [channels], for every channel.
  func channelAffine(factor: Tensor, term: Tensor) -> Tensor {
    differentiable(self, factor, term) {
      Kernels.channelAffine($0, factor: $1, term: $2)
    } pullback: { x, factor, _ in
      { g, argument in
        switch argument {
        case .first: g.channelScaled(by: factor)
        case .second: Tensor.channelSums(g, x, center: Tensor(zeros: factor.shape, dtype: x.dtype)).products
        case .third: g.summedOverChannels()
        }
      }
    }
  }

  /// x · factor for every channel.
  func channelScaled(by factor: Tensor) -> Tensor {
    channelAffine(factor: factor, term: Tensor(zeros: factor.shape, dtype: dtype))
  }

  /// The sum over all axes but the second: [channels].
  func summedOverChannels() -> Tensor {
    let shape = shape
    return differentiable(self) {
      Kernels.channelSums($0)
    } pullback: { _, _ in
      { $0.spreadOverChannels(of: shape) }
    }
  }

  /// Σ a and Σ a (b − center) over all axes but the second, each [channels].
  static func channelSums(_ a: Tensor, _ b: Tensor, center: Tensor) -> (sums: Tensor, products: Tensor) {
    let ys = differentiable([a, b, center]) { inputs in
      let (sums, products) = Kernels.channelSums(inputs[0], inputs[1], center: inputs[2])
      return [sums, products]
    } pullback: { inputs, outputs in
      let (a, b, center, sums) = (inputs[0], inputs[1], inputs[2], outputs[0])
      return { gs, needed in
        guard let g = gs[1] else { return [gs[0]?.spreadOverChannels(of: a.shape), nil, nil] }
        let term = gs[0].map { $0 - g * center } ?? -(g * center)
        return [
          needed[0] ? b.channelAffine(factor: g, term: term) : nil, needed[1] ? a.channelScaled(by: g) : nil,
          needed[2] ? -(g * sums) : nil,
        ]
      }
    }
    return (ys[0], ys[1])
  }

  /// A number for each channel, [channels], in all elements of the channel.
  private func spreadOverChannels(of shape: [Int]) -> Tensor {
    reshaped(to: [count] + [Int](repeating: 1, count: shape.count - 2)).broadcast(to: shape)
  }
}
