/// Which of three tensors a derivative is asked by.
enum Argument {
  case first, second, third
}

/// An operation of three tensors with its derivatives beside it.
///
/// The rule gives the cotangent of the tensor that is asked for; it runs only for those that are. One closure for all
/// three and no array: this is the layers' hot path. See the form for one tensor.
func differentiable(
  _ a: Tensor, _ b: Tensor, _ c: Tensor, _ forward: (Tensor, Tensor, Tensor) -> Tensor,
  pullback: (_ a: Tensor, _ b: Tensor, _ c: Tensor) -> @Sendable (_ g: Tensor, _ argument: Argument) -> Tensor
) -> Tensor {
  if a.node == nil, b.node == nil, c.node == nil { return forward(a, b, c) }
  guard let tape = innermostTape(innermostTape(a.node, b.node), c.node) else { return forward(a, b, c) }
  let first = a.index(on: tape)
  let second = b.index(on: tape)
  let third = c.index(on: tape)
  let outerA = first == nil ? a : a.primal
  let outerB = second == nil ? b : b.primal
  let outerC = third == nil ? c : c.primal
  let y = differentiable(outerA, outerB, outerC, forward, pullback: pullback)
  guard tape.isRecording, y.dtype.isFloatingPoint else { return y }
  return tape.record(y, .three(pullback(outerA, outerB, outerC), first, second, third))
}
