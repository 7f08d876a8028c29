import SurprisalTensors

/// The derivatives of a loss by a model's parameters: a value, by the parameter's path.
public struct Gradients: Sendable {
  /// Every parameter's path and gradient, in the order in which the model shows its fields.
  public private(set) var entries: [(path: String, gradient: Tensor)]

  /// Gradients given one by one; of two with one path the first counts.
  public init(_ entries: [(path: String, gradient: Tensor)] = []) {
    self.entries = entries
  }

  /// The paths of the parameters, in the model's order.
  public var paths: [String] { entries.map(\.path) }

  /// The gradient by the parameter at `path`, or nil if there is none; setting nil freezes it, and stops the program
  /// if there is none to freeze.
  public subscript(path: String) -> Tensor? {
    get { entries.first { $0.path == path }?.gradient }
    set {
      switch (entries.firstIndex { $0.path == path }, newValue) {
      case (let index?, let gradient?): entries[index].gradient = gradient
      case (let index?, nil): entries.remove(at: index)
      case (nil, let gradient?): entries.append((path, gradient))
      case (nil, nil):
        preconditionFailure("Gradients: no parameter has the path \(path), only \(paths.joined(separator: ", "))")
      }
    }
  }

  /// The same paths with each gradient changed, as for clipping or decay.
  public func mapValues(_ transform: (Tensor) throws -> Tensor) rethrows -> Gradients {
    Gradients(try entries.map { ($0.path, try transform($0.gradient)) })
  }

  /// Adds the gradients of `other`, in place where this memory has one owner.
  mutating func add(_ other: Gradients) {
    for (index, entry) in other.entries.enumerated() {
      if index < entries.count, entries[index].path == entry.path {
        entries[index].gradient += entry.gradient
      } else if let place = entries.firstIndex(where: { $0.path == entry.path }) {
        entries[place].gradient += entry.gradient
      } else {
        entries.append(entry)
      }
    }
  }

  /// √Σ g² over all elements of all gradients.
  public func norm() -> Double {
    entries.reduce(0) { sum, entry in
      let gradient = entry.gradient.withoutDerivative()
      // Squares of float32 may leave its range, those of float64 do not in practice; bfloat16 would round the sum.
      if gradient.dtype >= .float32 {
        let norm = gradient.norm().item
        if gradient.dtype == .float64 || (norm > 1e-15 && norm.isFinite) { return sum + norm * norm }
      }
      return sum + gradient.converted(to: .float64).square().sum().item
    }.squareRoot()
  }

  /// Where the field `name` at `path` stands; found at once if the caller's guess is right, as it is in the model's
  /// order.
  func position(of name: String, at path: FieldPath, near guess: Int) -> Int? {
    if guess < entries.count, path.leads(to: name, in: entries[guess].path) { return guess }
    return entries.firstIndex { path.leads(to: name, in: $0.path) }
  }
}
