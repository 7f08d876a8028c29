/// A function's value and the map from cotangents of the result to cotangents of `x` (its transposed Jacobian).
///
/// The map may be called any number of times, by several tasks at once; what it needs lives as long as it does. A
/// cotangent has the result's shape; its elements are converted to the result's type.
public func pullback(
  of x: Tensor, _ function: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, pullback: @Sendable (Tensor) -> Tensor) {
  let owner = TapeOwner()
  let variable = owner.tape.variable(x)
  let result = try function(variable)
  let value = result.detached(from: owner.tape)
  return (
    value,
    { cotangent in
      precondition(
        cotangent.shape == value.shape,
        "pullback: a cotangent of shape \(cotangent.shape) does not fit the result's \(value.shape)")
      let seed = cotangent.converted(to: value.dtype)
      return owner.tape.gradients(of: result, by: [variable], seed: seed, consuming: false)[0]
    }
  )
}

/// Finishes its tape when nobody can ask for a derivative anymore: a rule may hold tensors that stand on the tape.
private final class TapeOwner: Sendable {
  let tape = Tape()
  deinit { tape.finish() }
}

/// The value f(x) and uᵀ·J, where J = ∂f/∂x and u has the shape of f(x); the product has the shape of x.
public func vectorJacobianProduct(
  of x: Tensor, with u: Tensor, _ function: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, product: Tensor) {
  let (value, pull) = try pullback(of: x, function)
  return (value, pull(u))
}

/// The value f(x) and J·v, the derivative of f along v, which has the shape of x; the product has that of f(x).
///
/// uᵀ·J is linear in u, and its derivative by u along v is J·v: two sweeps, for any f that has a derivative here.
public func jacobianVectorProduct(
  of x: Tensor, along v: Tensor, _ function: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, product: Tensor) {
  precondition(
    v.shape == x.shape, "jacobianVectorProduct: a direction of shape \(v.shape) does not fit \(x.shape)")
  let (value, pull) = try pullback(of: x, function)
  let product = gradient(of: Tensor(zeros: value.shape, dtype: value.dtype)) { (pull($0) * v).sum() }
  return (value, product)
}

/// H·v for the Hessian H of a function that returns one number, without building H.
public func hessianVectorProduct(
  of x: Tensor, along v: Tensor, _ loss: (Tensor) throws -> Tensor
) rethrows -> Tensor {
  precondition(
    v.shape == x.shape, "hessianVectorProduct: a direction of shape \(v.shape) does not fit \(x.shape)")
  return try gradient(of: x) { x in (try gradient(of: x, loss) * v).sum() }
}

/// The Jacobian ∂f/∂x, of shape [shape of f(x)…, shape of x…]: one sweep for each element of f(x).
public func jacobian(of x: Tensor, _ function: (Tensor) throws -> Tensor) rethrows -> Tensor {
  let (value, pull) = try pullback(of: x, function)
  if value.count == 0 { return Tensor(zeros: value.shape + x.shape, dtype: x.dtype) }
  let basis = Tensor(identity: value.count, dtype: value.dtype)
  let rows = (0..<value.count).map { index in
    pull(basis.view(shape: value.shape, strides: nil, offset: index * value.count))
  }
  return Tensor(stacking: rows, alongAxis: 0).reshaped(to: value.shape + x.shape)
}

/// The Hessian of a function that returns one number, of shape [shape of x…, shape of x…].
public func hessian(of x: Tensor, _ loss: (Tensor) throws -> Tensor) rethrows -> Tensor {
  try jacobian(of: x) { try gradient(of: $0, loss) }
}
