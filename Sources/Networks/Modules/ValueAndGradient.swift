import SurprisalTensors

/// The value of a loss and its derivatives by every parameter of `model`.
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(of: &model) { model in
///   model(x).crossEntropy(with: labels).mean()
/// }
/// optimizer.update(&model, along: gradients)
/// ```
/// `loss` must return one number. Buffers that the pass changed are written back. Afterwards neither the model nor
/// the value is followed by this derivative, so that the parameters can be changed in place.
public func valueAndGradient<Model: Module>(
  of model: inout Model, _ loss: (inout Model) throws -> Tensor
) rethrows -> (value: Tensor, gradients: Gradients) {
  try withTape { tape in
    var variables = TapeVariables(tape: tape)
    visit(&model, with: &variables)
    defer {
      var release = TapeRelease(tape: tape)
      visit(&model, with: &release)
    }
    let result = try loss(&model)
    var derivatives = tape.cotangents(of: result)
    var entries = variables.entries
    for index in entries.indices {
      entries[index].gradient = derivatives.takeGradient(by: entries[index].gradient, on: tape)
    }
    return (result, Gradients(entries))
  }
}

/// Walks a model with a visitor that throws nothing.
func visit<Visitor: FieldVisitor>(_ model: inout some Module, with visitor: inout Visitor) {
  do {
    try model.fields(&visitor)
  } catch {
    preconditionFailure("\(type(of: model)).fields: a module must pass on its visitor's errors only, not \(error)")
  }
}

/// Puts every parameter on a tape.
private struct TapeVariables: FieldVisitor {
  let tape: Tape
  var path = FieldPath()
  /// Each parameter's path and variable, whose place its gradient will take.
  var entries: [(path: String, gradient: Tensor)] = []

  init(tape: Tape) {
    self.tape = tape
    entries.reserveCapacity(16)
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    tensor = tape.variable(tensor)
    let name = path.name(name)
    // Of two parameters with one path the second would be neither saved nor trained by itself.
    assert(!entries.contains { $0.path == name }, "valueAndGradient: two parameters have the path \(name)")
    entries.append((name, tensor))
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}

/// Takes every tensor off a tape.
private struct TapeRelease: FieldVisitor {
  let tape: Tape
  var path = FieldPath()

  init(tape: Tape) { self.tape = tape }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { tensor.leave(tape) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) { tensor.leave(tape) }
}
