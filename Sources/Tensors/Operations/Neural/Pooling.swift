/// Pooling by one geometry: each map and its transpose, which are each other's derivatives.
struct Pooling: Sendable {
  let geometry: PoolingGeometry
  /// Whether windows follow from the sizes and differ by one element.
  let isAdaptive: Bool

  func maximum(_ x: Tensor) -> Tensor {
    differentiable([x]) { inputs in
      let (y, indices) =
        isAdaptive ? Kernels.adaptiveMaxPool(inputs[0], geometry) : Kernels.maxPool(inputs[0], geometry)
      return [y, indices]
    } pullback: { _, outputs in
      let indices = outputs[1]
      return { gs, _ in [gs[0].map { scattered($0, indices) }] }
    }[0]
  }

  /// The cotangent of each maximum at the element it came from.
  private func scattered(_ g: Tensor, _ indices: Tensor) -> Tensor {
    differentiable(g) {
      Kernels.planeScatter($0, indices, geometry)
    } pullback: { _, _ in
      { gathered($0, indices) }
    }
  }

  private func gathered(_ x: Tensor, _ indices: Tensor) -> Tensor {
    differentiable(x) {
      Kernels.planeGather($0, indices, geometry)
    } pullback: { _, _ in
      { scattered($0, indices) }
    }
  }

  func average(_ x: Tensor) -> Tensor {
    differentiable(x) {
      isAdaptive ? Kernels.adaptiveAveragePool($0, geometry) : Kernels.averagePool($0, geometry)
    } pullback: { _, _ in
      { shared($0) }
    }
  }

  /// The cotangent of each mean in equal shares at the elements of its window.
  private func shared(_ g: Tensor) -> Tensor {
    differentiable(g) {
      isAdaptive ? Kernels.adaptiveAveragePoolBackward($0, geometry) : Kernels.averagePoolBackward($0, geometry)
    } pullback: { _, _ in
      { average($0) }
    }
  }
}
