/// Runs `block` without keeping what its derivative needs, and runs it again when the derivative is taken.
///
/// Memory for the block's intermediate results is needed only while it runs, at the price of a second run (gradient
/// checkpointing, Griewank and Walther 2000). Values and derivatives are the same, also those by tensors that the
/// block captures. While it runs again no other thread can take a derivative through a checkpoint of the same tape, so
/// it must not wait for one. The block must do the same each time: random numbers come from a generator that it copies.
///
/// - Parameter inputs: tensors of the block; at least one must be followed by the derivative for anything to be
///   saved.
public func checkpointed(_ inputs: [Tensor], _ block: @escaping @Sendable ([Tensor]) -> Tensor) -> Tensor {
  var innermost: Tape?
  for input in inputs {
    guard let tape = input.node?.tape, tape.isRecording else { continue }
    if tape.identity > innermost?.identity ?? 0 { innermost = tape }
  }
  guard let tape = innermost else { return block(inputs) }
  let start = tape.count
  let result = block(inputs)
  // A result that is a constant, or that a derivative further in follows too, is kept as it is.
  guard let node = result.node, node.tape === tape else { return result }
  tape.discard(from: start)
  let pullback: Tape.Pullback = { g, cotangents in
    tape.rerunning { start in
      guard let node = block(inputs).node, node.tape === tape else { return }
      cotangents.add(g, at: node.index)
      tape.sweep(&cotangents, from: tape.count, downTo: start, consuming: true)
    }
  }
  return tape.record(result.primal, .any(pullback))
}

/// Runs `block` on one tensor without keeping what its derivative needs; see the form for several.
public func checkpointed(_ x: Tensor, _ block: @escaping @Sendable (Tensor) -> Tensor) -> Tensor {
  checkpointed([x]) { block($0[0]) }
}
