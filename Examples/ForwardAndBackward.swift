import Surprisal

/// Forward propagation computes and keeps the values of a network, backward propagation the derivatives of its
/// objective J = L + (λ/2)(‖W₁‖² + ‖W₂‖²), and differentiating once more gives curvature.
func forwardAndBackward() throws {
  let x = Tensor([1.0, -2.0])
  let first = Tensor([0.5, -0.3, 0.8, 0.1, 0.4, -0.6], shape: [3, 2])
  let second = Tensor([0.7, -0.2, 0.3], shape: [1, 3])
  let decay = 0.1
  func objective(_ first: Tensor, _ second: Tensor) -> Tensor {
    let h = first.matmul(x).tanh()
    let o = second.matmul(h)
    let loss = 0.5 * (o - 1.0).square().sum()
    return loss + decay / 2 * (first.square().sum() + second.square().sum())
  }
  let (value, gradients) = valueAndGradient(of: first, second) { objective($0, $1) }
  print("J = \(show(value.item))")
  print("∂J/∂W₂ = \(show(gradients.1))")
  print("∂J/∂W₁ = \(show(gradients.0))")

  // What a central difference says about the first weight.
  let h = 1e-5
  let step = Tensor([h, 0, 0, 0, 0, 0], shape: [3, 2])
  let difference = (objective(first + step, second).item - objective(first - step, second).item) / (2 * h)
  print("∂J/∂W₁[0, 0] by differences = \(show(difference)), by the tape = \(show(gradients.0[0, 0].item))")

  let direction = Tensor(ones: [3, 2], dtype: .float64)
  let curvature = hessianVectorProduct(of: first, along: direction) { objective($0, second) }
  print("∂²J/∂W₁² · 1 = \(show(curvature))")
}
