/// An operation of one tensor with its derivative beside it.
///
/// `forward` computes the value of an untracked tensor. `pullback` is asked for the rule that turns the cotangent of
/// the result y into that of x; it keeps of x and y what it needs. Both see tensors one level further out (untracked,
/// or followed by an enclosing derivative only), so that a rule written in tensor operations has a derivative itself.
func differentiable(
  _ x: Tensor, _ forward: (Tensor) -> Tensor, pullback: (_ x: Tensor, _ y: Tensor) -> @Sendable (_ g: Tensor) -> Tensor
) -> Tensor {
  guard let node = x.node else { return forward(x) }
  let primal = x.primal
  let y = differentiable(primal, forward, pullback: pullback)
  guard node.tape.isRecording, x.dtype.isFloatingPoint, y.dtype.isFloatingPoint else { return y }
  return node.tape.record(y, .one(pullback(primal, y), node.index))
}

/// An operation of two tensors with its derivatives beside it, one rule for each; a rule runs only if the derivative
/// by its tensor is asked. See the form for one tensor.
func differentiable(
  _ a: Tensor, _ b: Tensor, _ forward: (Tensor, Tensor) -> Tensor,
  pullbacks: (_ a: Tensor, _ b: Tensor, _ y: Tensor) -> (
    @Sendable (_ g: Tensor) -> Tensor, @Sendable (_ g: Tensor) -> Tensor
  )
) -> Tensor {
  if a.node == nil, b.node == nil { return forward(a, b) }
  guard let tape = innermostTape(a.node, b.node) else { return forward(a, b) }
  let first = a.index(on: tape)
  let second = b.index(on: tape)
  let outerA = first == nil ? a : a.primal
  let outerB = second == nil ? b : b.primal
  let y = differentiable(outerA, outerB, forward, pullbacks: pullbacks)
  guard tape.isRecording, y.dtype.isFloatingPoint else { return y }
  let rules = pullbacks(outerA, outerB, y)
  if let first, let second { return tape.record(y, .two(rules.0, first, rules.1, second)) }
  guard let input = first ?? second else { return y }
  return tape.record(y, .one(first == nil ? rules.1 : rules.0, input))
}

/// An operation of any number of tensors and results with one joint rule.
///
/// The rule gets the cotangent of every result (nil for 0) and which inputs' derivatives are asked, and returns one
/// cotangent for each input (nil for 0 or not asked). See the form for one tensor.
func differentiable(
  _ inputs: [Tensor], _ forward: ([Tensor]) -> [Tensor],
  pullback: (_ inputs: [Tensor], _ outputs: [Tensor]) -> @Sendable (_ gs: [Tensor?], _ needed: [Bool]) -> [Tensor?]
) -> [Tensor] {
  var innermost: Tape?
  for input in inputs { innermost = innermostTape(innermost, input.node) }
  guard let tape = innermost else { return forward(inputs) }
  let indices = inputs.map { $0.dtype.isFloatingPoint ? $0.index(on: tape) : nil }
  let outer = inputs.map { $0.index(on: tape) == nil ? $0 : $0.primal }
  let ys = differentiable(outer, forward, pullback: pullback)
  guard tape.isRecording, ys.contains(where: \.dtype.isFloatingPoint) else { return ys }
  let rule = pullback(outer, ys)
  let needed = indices.map { $0 != nil }
  return tape.record(ys) { gs, cotangents in
    for (index, g) in zip(indices, rule(gs, needed)) {
      if let index, let g { cotangents.add(g, at: index) }
    }
  }
}

/// A fused kernel where no enclosing derivative follows its tensors, else the same written in tensor operations.
func fused(
  _ tensors: Tensor..., kernel: () -> Tensor, composed: () -> Tensor
) -> Tensor {
  tensors.contains(where: { $0.isTracked }) ? composed() : kernel()
}

extension Tensor {
  /// This tensor's entry on `tape`, or nil if it is not on it.
  func index(on tape: Tape) -> Int? {
    guard let node, node.tape === tape else { return nil }
    return node.index
  }

  /// Adds `other` in place if nobody else can see this memory; false if nothing was done.
  mutating func accumulateInPlace(_ other: Tensor) -> Bool {
    guard node == nil, other.node == nil, body.ownsMemory, isContiguous, other.isContiguous,
      isKnownUniquelyReferenced(&body)
    else { return false }
    return Kernels.accumulate(other, into: self)
  }
}

func innermostTape(_ first: Node?, _ second: Node?) -> Tape? { innermostTape(first?.tape, second) }

func innermostTape(_ first: Tape?, _ second: Node?) -> Tape? {
  guard let second else { return first }
  guard let first else { return second.tape }
  return first.identity >= second.tape.identity ? first : second.tape
}
