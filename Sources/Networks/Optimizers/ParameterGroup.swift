import SurprisalTensors

/// Parameters that an optimizer treats in their own way.
///
/// ```swift
/// AdamW(learningRate: 1e-3, groups: [.vectors(weightDecay: 0), ParameterGroup(matching: "head", learningRateFactor: 10)])
/// ```
/// A pattern that is in no parameter's path is an error: `checkGroups(for:)` throws it, and so does a `Trainer`.
///
/// Of several groups that a parameter is in, the first counts; a parameter in none has the optimizer's own rates.
public struct ParameterGroup: Sendable, Hashable, Codable {
  /// Names joined by dots that stand one after another somewhere in the path: `bias` and `layers.0` both match
  /// `layers.0.bias`. `*` stands for any one name. Nil matches every path.
  public var pattern: String?
  /// The most axes of a parameter in the group, or nil for any.
  public var maximumRank: Int?
  /// What the optimizer's learning rate is multiplied by.
  public var learningRateFactor: Double
  /// λ instead of the optimizer's own; nil keeps that.
  public var weightDecay: Double?

  /// The parameters whose path has `pattern` in it.
  public init(matching pattern: String, learningRateFactor: Double = 1, weightDecay: Double? = nil) {
    self.pattern = pattern
    self.learningRateFactor = learningRateFactor
    self.weightDecay = weightDecay
  }

  /// The parameters of at most one axis: biases, and scales and shifts of normalizations, which are mostly not decayed.
  public static func vectors(learningRateFactor: Double = 1, weightDecay: Double? = nil) -> ParameterGroup {
    var group = ParameterGroup(matching: "", learningRateFactor: learningRateFactor, weightDecay: weightDecay)
    (group.pattern, group.maximumRank) = (nil, 1)
    return group
  }

  /// Whether a parameter of this path and rank is in the group.
  public func contains(_ path: String, rank: Int) -> Bool {
    if let maximumRank, rank > maximumRank { return false }
    return pattern.map { matches($0, in: path) } ?? true
  }
}

/// Whether the names of `pattern`, joined by dots, stand one after another somewhere in `path`; `*` is any one name.
func matches(_ pattern: String, in path: String) -> Bool {
  let (wanted, names) = (pattern.split(separator: "."), path.split(separator: "."))
  if wanted.isEmpty || wanted.count > names.count { return false }
  return (0...names.count - wanted.count).contains { start in
    zip(wanted, names[start...]).allSatisfy { $0 == "*" || $0 == $1 }
  }
}
