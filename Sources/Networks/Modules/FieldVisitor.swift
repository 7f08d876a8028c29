import SurprisalTensors

/// The names that lead to a field, from the outermost module inwards.
public struct FieldPath: Sendable {
  private var prefix = ""

  /// The path of the outermost module.
  public init() {}

  /// The full name of the field `name` here: the names of the modules around it and its own, joined by dots.
  public func name(_ name: String) -> String { prefix.isEmpty ? name : prefix + name }

  /// Calls `body` inside the module `name`.
  mutating func entering(_ name: String) -> FieldPath {
    let outer = self
    prefix += name
    prefix += "."
    return outer
  }
}

/// Whatever is done to all tensors of a model: counting, naming, saving, loading, optimizing.
///
/// A module shows its fields to a visitor one by one; the visitor may change them in place. Only `parameter` and
/// `buffer` must be written, the rest follows.
public protocol FieldVisitor {
  /// Where in the model the visitor is; kept by the walk.
  var path: FieldPath { get set }
  /// Visits a tensor that is trained. `path.name(name)` is its full name.
  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws
  /// Visits a tensor that is saved but not trained, such as a running mean.
  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws
}

extension FieldVisitor {
  /// Visits a parameter that may be absent.
  public mutating func parameter(_ name: String, _ tensor: inout Tensor?) throws {
    try withPresent(&tensor) { try parameter(name, &$0) }
  }

  /// Visits a buffer that may be absent.
  public mutating func buffer(_ name: String, _ tensor: inout Tensor?) throws {
    try withPresent(&tensor) { try buffer(name, &$0) }
  }

  /// Visits the fields of a module inside this one.
  public mutating func module(_ name: String, _ module: inout some Module) throws {
    let outer = path.entering(name)
    defer { path = outer }
    try module.fields(&self)
  }

  /// Visits the fields of a layer inside this module.
  public mutating func module(_ name: String, _ module: inout any Layer) throws {
    let outer = path.entering(name)
    defer { path = outer }
    try module.fields(&self)
  }

  /// Visits the fields of a module that may be absent.
  public mutating func module(_ name: String, _ module: inout (some Module)?) throws {
    try withPresent(&module) { try self.module(name, &$0) }
  }

  /// Visits the fields of a list of layers; each is named by its index, as in `layers.0.weight`.
  public mutating func modules(_ name: String, _ modules: inout [any Layer]) throws {
    for index in modules.indices { try module("\(name).\(index)", &modules[index]) }
  }

  /// Visits the fields of a list of modules of one type; each is named by its index.
  public mutating func modules(_ name: String, _ modules: inout [some Module]) throws {
    for index in modules.indices { try module("\(name).\(index)", &modules[index]) }
  }
}

/// Takes the value out while it is visited: memory that has one owner keeps one, so that it is changed in place.
private func withPresent<Value>(_ optional: inout Value?, _ body: (inout Value) throws -> Void) rethrows {
  guard var value = optional.take() else { return }
  defer { optional = value }
  try body(&value)
}
