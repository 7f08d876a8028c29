import SurprisalCore
import SurprisalData
import SurprisalTensors

extension ParameterwiseOptimizer {
  /// Checks that every group with a pattern has a parameter of `model`.
  ///
  /// - Throws: a usage error that names a pattern which is in no parameter's path, and the nearest names that are.
  public func checkGroups(for model: some Module) throws {
    if let error = states.unmatchedGroup(in: model) { throw error }
  }
}

extension ParameterStates {
  /// The error for the first group whose pattern is in no parameter's path of `model`.
  func unmatchedGroup(in model: some Module) -> SurprisalError? {
    let patterns = groups.compactMap(\.pattern)
    guard !patterns.isEmpty else { return nil }
    var model = model
    var walk = ParameterPaths()
    visit(&model, with: &walk)
    let paths = walk.paths
    guard let pattern = patterns.first(where: { pattern in !paths.contains { matches(pattern, in: $0) } }) else {
      return nil
    }
    let length = max(1, pattern.split(separator: ".").count)
    var runs: [String] = []
    for path in paths {
      let names = path.split(separator: ".")
      guard names.count >= length else { continue }
      runs += (0...names.count - length).map { names[$0..<$0 + length].joined(separator: ".") }
    }
    let listed = paths.prefix(6).map { "`\($0)`" }.joined(separator: ", ")
    return SurprisalError(
      .usage, "the parameter group `\(pattern)` is in no parameter's path",
      remedy: nearestName(to: pattern, in: runs).map { "did you mean `\($0)`?" }
        ?? "parameters are \(listed)\(paths.count > 6 ? ", …" : "")")
  }
}

/// Collects the paths of all parameters, in order.
struct ParameterPaths: FieldVisitor {
  var paths: [String] = []
  var path = FieldPath()

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { paths.append(path.name(name)) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}
