import SurprisalTensors

/// The names that lead to a field, from the outermost module inwards.
///
/// A walk enters and leaves modules at every step of a training, mostly without asking for a name: the bytes are
/// kept in place and made a string only by `name(_:)`.
public struct FieldPath: Sendable {
  /// UTF-8: each name followed by a dot.
  private var prefix: [UInt8] = []

  /// The path of the outermost module.
  public init() {}

  /// The full name of the field `name` here: the names of the modules around it and its own, joined by dots.
  public func name(_ name: String) -> String {
    if prefix.isEmpty { return name }
    var name = name
    return name.withUTF8 { name in
      String(unsafeUninitializedCapacity: prefix.count + name.count) { bytes in
        let (_, end) = bytes.initialize(from: prefix)
        let (_, last) = bytes[end...].initialize(from: name)
        return last
      }
    }
  }

  /// The names up to here, joined by dots; empty in the outermost module.
  public var text: String { String(decoding: prefix.dropLast(), as: UTF8.self) }

  /// Whether `full` is the full name of the field `name` here.
  func leads(to name: String, in full: String) -> Bool {
    var (name, full) = (name, full)
    return full.withUTF8 { full in
      name.withUTF8 { name in
        guard full.count == prefix.count + name.count else { return false }
        for index in 0..<prefix.count where full[index] != prefix[index] { return false }
        for index in 0..<name.count where full[prefix.count + index] != name[index] { return false }
        return true
      }
    }
  }

  /// Goes into the module `name`, or into the one of that index in the list `name`, which may have no name; returns
  /// the way back.
  mutating func enter(_ name: String, index: Int? = nil) -> Int {
    let outer = prefix.count
    if outer == 0 { prefix.reserveCapacity(64) }
    if !name.isEmpty {
      var name = name
      name.withUTF8 { prefix.append(contentsOf: $0) }
      prefix.append(UInt8(ascii: "."))
    }
    if let index {
      if index < 10 {
        prefix.append(UInt8(ascii: "0") + UInt8(index))
      } else {
        prefix.append(contentsOf: String(index).utf8)
      }
      prefix.append(UInt8(ascii: "."))
    }
    return outer
  }

  /// Goes back to where `enter` was called.
  mutating func leave(to outer: Int) {
    while prefix.count > outer { prefix.removeLast() }
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
  /// Whether the visitor asks to be told of modules, not of their tensors alone; false unless written.
  static var seesModules: Bool { get }
  /// Called before the fields of a module inside another one; `path` leads to it.
  mutating func willVisit(_ module: some Module)
  /// Called after the fields of a module inside another one.
  mutating func didVisit()
}

extension FieldVisitor {
  /// False: tensors alone matter.
  public static var seesModules: Bool { false }
  /// Does nothing.
  public mutating func willVisit(_ module: some Module) {}
  /// Does nothing.
  public mutating func didVisit() {}

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
    let outer = path.enter(name)
    defer { path.leave(to: outer) }
    if Self.seesModules { willVisit(module) }
    try module.fields(&self)
    if Self.seesModules { didVisit() }
  }

  /// Visits the fields of a layer inside this module.
  public mutating func module(_ name: String, _ module: inout any Layer) throws {
    let outer = path.enter(name)
    defer { path.leave(to: outer) }
    if Self.seesModules { willVisit(module) }
    try module.fields(&self)
    if Self.seesModules { didVisit() }
  }

  /// Visits the fields of a module that may be absent.
  public mutating func module(_ name: String, _ module: inout (some Module)?) throws {
    try withPresent(&module) { try self.module(name, &$0) }
  }

  /// Visits the fields of a layer that may be absent.
  public mutating func module(_ name: String, _ module: inout (any Layer)?) throws {
    try withPresent(&module) { try self.module(name, &$0) }
  }

  /// Visits the fields of a list of layers that are this module itself; each is named by its index alone, as in
  /// `0.weight`.
  public mutating func modules(_ modules: inout [any Layer]) throws { try self.modules("", &modules) }

  /// Visits the fields of a list of layers; each is named by its index, as in `layers.0.weight`.
  public mutating func modules(_ name: String, _ modules: inout [any Layer]) throws {
    for index in 0..<modules.count {
      let outer = path.enter(name, index: index)
      defer { path.leave(to: outer) }
      if Self.seesModules { willVisit(modules[index]) }
      try modules[index].fields(&self)
      if Self.seesModules { didVisit() }
    }
  }

  /// Visits the fields of a list of modules of one type; each is named by its index.
  public mutating func modules(_ name: String, _ modules: inout [some Module]) throws {
    for index in 0..<modules.count {
      let outer = path.enter(name, index: index)
      defer { path.leave(to: outer) }
      if Self.seesModules { willVisit(modules[index]) }
      try modules[index].fields(&self)
      if Self.seesModules { didVisit() }
    }
  }
}

/// Takes the value out while it is visited: memory that has one owner keeps one, so that it is changed in place.
private func withPresent<Value>(_ optional: inout Value?, _ body: (inout Value) throws -> Void) rethrows {
  guard var value = optional.take() else { return }
  defer { optional = value }
  try body(&value)
}
