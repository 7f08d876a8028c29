import Surprisal

/// ∂y/∂xᵢ = Σⱼ ∂y/∂uⱼ · ∂uⱼ/∂xᵢ for y = u₀² + u₀u₁ with u₀ = x₀ + x₁ and u₁ = x₀x₁, at x = (2, 3).
func chainRule() throws {
  let x = Tensor([2.0, 3.0])
  let inner: (Tensor) -> Tensor = { x in Tensor(stacking: [x[0] + x[1], x[0] * x[1]]) }
  let outer: (Tensor) -> Tensor = { u in u[0].square() + u[0] * u[1] }
  let u = inner(x)
  let byInner = gradient(of: u, outer)
  let matrix = jacobian(of: x, inner)
  print("u = \(show(u)), ∂y/∂u = \(show(byInner))")
  print("∂u₀/∂x = \(show(matrix[0])), ∂u₁/∂x = \(show(matrix[1]))")
  print("Σⱼ ∂y/∂uⱼ ∂uⱼ/∂x = \(show(byInner.matmul(matrix)))")
  print("∂y/∂x in one sweep = \(show(gradient(of: x) { outer(inner($0)) }))")
}
