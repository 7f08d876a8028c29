/// The value of a function of tensors and its derivatives by them.
///
/// `loss` must return one number (any shape of count 1). The value comes back on no tape of this call, and what the
/// derivative needed is released before it returns. Calls may be nested: the derivative of a derivative is exact.
///
/// - Returns: the value, and for each tensor the gradient ∂loss/∂x in its shape and type (0 where the loss does not
///   depend on it).
public func valueAndGradient(
  of tensors: [Tensor], _ loss: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
  try withTape { tape in
    let variables = tensors.map(tape.variable)
    let result = try loss(variables)
    return (result, tape.gradients(of: result, by: variables, seed: nil, consuming: true))
  }
}

/// The value of a function of one tensor and its derivative by it; see the form for several.
public func valueAndGradient(
  of x: Tensor, _ loss: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
  try withTape { tape in
    let variable = tape.variable(x)
    let result = try loss(variable)
    var cotangents = tape.cotangents(of: result)
    return (result, cotangents.takeGradient(by: variable, on: tape))
  }
}

/// The value of a function of two tensors and its derivatives by them; see the form for several.
public func valueAndGradient(
  of x: Tensor, _ y: Tensor, _ loss: (Tensor, Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradients: (Tensor, Tensor)) {
  try withTape { tape in
    let variables = (tape.variable(x), tape.variable(y))
    let result = try loss(variables.0, variables.1)
    var cotangents = tape.cotangents(of: result)
    let first = cotangents.takeGradient(by: variables.0, on: tape)
    return (result, (first, cotangents.takeGradient(by: variables.1, on: tape)))
  }
}

/// The derivative of a function of one tensor that returns one number.
public func gradient(of x: Tensor, _ loss: (Tensor) throws -> Tensor) rethrows -> Tensor {
  try valueAndGradient(of: x, loss).gradient
}

/// Runs `body` with a tape, which is finished when it returns or throws; its value comes back off the tape.
package func withTape<Result>(
  _ body: (Tape) throws -> (Tensor, Result)
) rethrows -> (Tensor, Result) {
  let tape = Tape()
  defer { tape.finish() }
  let (value, result) = try body(tape)
  return (value.detached(from: tape), result)
}

extension Tensor {
  /// This value without its place on `tape`.
  package func detached(from tape: Tape) -> Tensor {
    var value = self
    value.leave(tape)
    return value
  }
}

extension Tape {
  /// The derivatives of `result` by variables of this tape, weighted with `seed` (1 for a single number).
  package func gradients(
    of result: Tensor, by variables: [Tensor], seed: Tensor?, consuming: Bool
  ) -> [Tensor] {
    var cotangents = cotangents(of: result, seed: seed, consuming: consuming)
    return variables.map { cotangents.takeGradient(by: $0, on: self) }
  }

  /// The derivatives of `result`, which is one number unless there is a seed of its shape, by this tape's variables,
  /// not yet taken.
  package func cotangents(of result: Tensor, seed: Tensor? = nil, consuming: Bool = true) -> Cotangents {
    if seed == nil {
      precondition(
        result.count == 1 && result.dtype.isFloatingPoint,
        "valueAndGradient: the loss must be one floating-point number, not \(result.dtype) of shape \(result.shape)")
    }
    guard let node = result.node?.on(self) else { return Cotangents(count: 0) }
    var cotangents = Cotangents(count: node.index + 1)
    cotangents.add(seed ?? Tensor(ones: result.shape, dtype: result.dtype), at: node.index)
    sweep(&cotangents, from: node.index + 1, downTo: 0, consuming: consuming)
    return cotangents
  }
}

extension Cotangents {
  /// Removes the derivative by a variable of `tape`; zeros where the result does not depend on it.
  package mutating func takeGradient(by variable: Tensor, on tape: Tape) -> Tensor {
    if let node = variable.node, node.tape === tape, let gradient = take(at: node.index) { return gradient }
    return Tensor(zeros: variable.shape, dtype: variable.dtype)
  }
}
