import SurprisalCore

extension Tensor {
  /// A function of one to three numbers that is written in Swift, element by element with broadcasting.
  ///
  /// - Parameters:
  ///   - inputs: one to three tensors, promoted to one floating-point type; what is not there is 0.
  ///   - function: computes one element in float64; the result is rounded to the type.
  ///   - derivative: ∂f / ∂inputs[argument] in tensor operations, from the promoted inputs and the value y.
  package static func elementwise(
    _ inputs: [Tensor], _ function: @escaping @Sendable (Double, Double, Double) -> Double,
    derivative: @escaping @Sendable (_ inputs: [Tensor], _ y: Tensor, _ argument: Int) -> Tensor
  ) -> Tensor {
    let dtype = inputs.dropFirst().reduce(inputs[0]) { promotedToFloat($0, $1).0 }.asFloat().dtype
    let promoted = inputs.map { $0.converted(to: dtype) }
    let results = differentiable(promoted) { inputs in
      [mapped(inputs, function)]
    } pullback: { inputs, outputs in
      { gs, needed in
        inputs.indices.map { argument in
          guard needed[argument], let g = gs[0] else { return nil }
          return (g * derivative(inputs, outputs[0], argument)).summed(toShape: inputs[argument].shape)
        }
      }
    }
    return results[0]
  }

  private static func mapped(
    _ inputs: [Tensor], _ function: @Sendable (Double, Double, Double) -> Double
  ) -> Tensor {
    let shape = inputs.dropFirst().reduce(inputs[0].shape) { shape, next in
      guard let both = broadcastShape(shape, next.shape) else {
        preconditionFailure("elementwise: the shapes \(shape) and \(next.shape) do not broadcast")
      }
      return both
    }
    let wide = inputs.map { Kernels.contiguous($0.withoutDerivative().converted(to: .float64).broadcast(to: shape)) }
    defer { withExtendedLifetime(wide) {} }
    let result = Tensor(shape: shape, dtype: .float64) { memory in
      nonisolated(unsafe) let out = memory.assumingMemoryBound(to: Double.self)
      nonisolated(unsafe) let x = wide.map { $0.pointer.assumingMemoryBound(to: Double.self) }
      let (count, piece) = (shape.reduce(1, *), 4096)
      parallelFor(count: (count + piece - 1) / piece, threads: Threads.available) { index in
        for i in index * piece..<Swift.min(count, (index + 1) * piece) {
          out[i] = function(x[0][i], x.count > 1 ? x[1][i] : 0, x.count > 2 ? x[2][i] : 0)
        }
      }
    }
    return result.converted(to: inputs[0].dtype)
  }
}
