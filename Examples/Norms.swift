import Surprisal

/// l1, l2 and lp norms and the three properties that make a function a norm.
func norms() throws {
  let x = Tensor([3.0, -4.0])
  let y = Tensor([1.0, 2.0])
  print("‖x‖₁ = \(show(x.norm(order: 1).item)), ‖x‖₂ = \(show(x.norm().item)), ‖x‖₃ = \(show(x.norm(order: 3).item))")
  for order in [1.0, 2, 3] {
    func norm(_ x: Tensor) -> Double { x.norm(order: order).item }
    print("p = \(order): ‖−2x‖ = \(show(norm(-2 * x))) = |−2| ‖x‖ = \(show(2 * norm(x)))")
    // The notes print an equals sign here; the triangle inequality is ≤.
    print("p = \(order): ‖x + y‖ = \(show(norm(x + y))) ≤ ‖x‖ + ‖y‖ = \(show(norm(x) + norm(y)))")
    print("p = \(order): ‖0‖ = \(show(norm(0 * x)))")
  }
  // The direction in which a norm grows fastest; at 0, where there is none, it is defined as 0.
  print("∇‖x‖₂ = x / ‖x‖₂ = \(show(gradient(of: x) { $0.norm() }))")
}
