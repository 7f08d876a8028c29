/// An operation of three tensors with its derivatives beside it, one rule for each; a rule runs only if the
/// derivative by its tensor is asked. The form for two, for the layers' hot path: no array is made.
func differentiable(
  _ a: Tensor, _ b: Tensor, _ c: Tensor, _ forward: (Tensor, Tensor, Tensor) -> Tensor,
  pullbacks: (_ a: Tensor, _ b: Tensor, _ c: Tensor, _ y: Tensor) -> (
    @Sendable (_ g: Tensor) -> Tensor, @Sendable (_ g: Tensor) -> Tensor, @Sendable (_ g: Tensor) -> Tensor
  )
) -> Tensor {
  guard let tape = innermost(innermost(a.node?.tape, b.node?.tape), c.node?.tape) else { return forward(a, b, c) }
  let first = entry(of: a, on: tape)
  let second = entry(of: b, on: tape)
  let third = entry(of: c, on: tape)
  let outerA = first == nil ? a : a.primal
  let outerB = second == nil ? b : b.primal
  let outerC = third == nil ? c : c.primal
  let y = differentiable(outerA, outerB, outerC, forward, pullbacks: pullbacks)
  guard tape.isRecording, y.dtype.isFloatingPoint else { return y }
  let rules = pullbacks(outerA, outerB, outerC, y)
  return tape.record(y) { g, cotangents in
    if let first { cotangents.add(rules.0(g), at: first) }
    if let second { cotangents.add(rules.1(g), at: second) }
    if let third { cotangents.add(rules.2(g), at: third) }
  }
}

private func entry(of x: Tensor, on tape: Tape) -> Int? {
  guard let node = x.node, node.tape === tape else { return nil }
  return node.index
}

private func innermost(_ first: Tape?, _ second: Tape?) -> Tape? {
  guard let first else { return second }
  guard let second else { return first }
  return first.identity >= second.identity ? first : second
}
