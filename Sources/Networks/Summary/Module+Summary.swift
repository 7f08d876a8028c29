import SurprisalCore
import SurprisalTensors

extension Module {
  /// The modules with the shapes and counts of their parameters.
  public func summary() -> ModuleSummary { summary(root: nil) }

  /// The numbers in all parameters.
  public var parameterCount: Int { summary().parameterCount }

  /// The same as `summary()`: what `print(model)` shows.
  public var description: String { summary().description }

  /// The same with the shape that goes in, as far as it is followed.
  fileprivate func summary(root outputShape: [Int]?, following frame: SummaryVisitor.Frame? = nil) -> ModuleSummary {
    var copy = self
    var visitor = SummaryVisitor(root: summaryLine, outputShape: outputShape, frame: frame ?? .init(entry: 0))
    visit(&copy, with: &visitor)
    return ModuleSummary(entries: visitor.entries)
  }
}

extension Layer {
  /// The modules with the shapes and counts of their parameters and, where it is known how a shape goes through them
  /// (`composition`), the shapes of their results for an input of shape `inputShape`.
  ///
  /// - Throws: a data error where the input's shape does not fit.
  public func summary(inputShape: [Int]) throws -> ModuleSummary {
    let shape = try outputShape(for: inputShape)
    return summary(
      root: shape,
      following: SummaryVisitor.Frame(entry: 0, composition: composition, input: inputShape, shape: inputShape))
  }
}

/// Writes down modules and their tensors, and follows a shape through them.
private struct SummaryVisitor: FieldVisitor {
  /// A module that the walk is in.
  struct Frame {
    /// Its place among the entries.
    var entry: Int
    /// How a shape goes through the modules inside.
    var composition = LayerComposition.own
    /// What it takes, if it is known.
    var input: [Int]?
    /// What the next module inside takes, if it is known.
    var shape: [Int]?
  }

  static var seesModules: Bool { true }
  var path = FieldPath()
  var entries: [ModuleSummary.Entry]
  private var frames: [Frame]

  init(root line: String, outputShape: [Int]?, frame: Frame) {
    entries = [ModuleSummary.Entry(path: "", name: "", depth: 0, line: line, outputShape: outputShape)]
    frames = [frame]
  }

  mutating func willVisit(_ module: some Module) {
    let outer = frames.count - 1
    let around = entries[frames[outer].entry].path
    let own = path.text
    var frame = Frame(entry: entries.count)
    var entry = ModuleSummary.Entry(
      path: own, name: around.isEmpty ? own : String(own.dropFirst(around.count + 1)), depth: frames.count,
      line: module.summaryLine)
    if let layer = module as? any Layer, let shape = shape(into: entry.name) {
      frame.composition = layer.composition
      (frame.input, frame.shape) = (shape, shape)
      entry.outputShape = try? layer.outputShape(for: shape)
      switch frames[outer].composition {
      case .chain: frames[outer].shape = entry.outputShape
      case .chainBeside(let shortcut) where entry.name != shortcut: frames[outer].shape = entry.outputShape
      default: break
      }
    }
    entries.append(entry)
    frames.append(frame)
  }

  /// What the module `name` of the innermost frame takes, if it is known.
  private func shape(into name: String) -> [Int]? {
    let frame = frames[frames.count - 1]
    switch frame.composition {
    case .own: return nil
    case .chain: return frame.shape
    case .chainBeside(let shortcut): return name == shortcut ? frame.input : frame.shape
    case .branches(let last): return name == last ? entries[frame.entry].outputShape : frame.shape
    }
  }

  mutating func didVisit() { frames.removeLast() }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    entries[frames[frames.count - 1].entry].parameters.append(field(name, tensor))
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {
    entries[frames[frames.count - 1].entry].buffers.append(field(name, tensor))
  }

  private func field(_ name: String, _ tensor: Tensor) -> ModuleSummary.Field {
    ModuleSummary.Field(name: name, shape: tensor.shape, dtype: tensor.dtype)
  }
}
