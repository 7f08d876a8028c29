import SurprisalCore
import SurprisalNetworks

/// How the learning rate changes over a training: a value that files hold.
public struct ScheduleConfiguration: Codable, Sendable, Hashable {
  /// The courses by name.
  public enum Name: String, Codable, Sendable, CaseIterable {
    /// It stays.
    case constant
    /// Down along half a cosine.
    case cosine
    /// Down along a line.
    case linear
    /// Down along a power of what is left of the training.
    case polynomial
    /// Down by the same factor in every epoch, a little in each step.
    case exponential
    /// 1 / √(t + 1) in step t.
    case inverseSquareRoot = "inverse-square-root"
    /// Up and down again, each along half a cosine.
    case oneCycle = "one-cycle"
    /// A tenth after half of the training and after three quarters.
    case step
    /// A tenth whenever the validation's first figure has not improved for so many validations.
    case plateau
  }

  /// Which course.
  public var name: Name
  /// The share of the training in which the rate first rises along a line; one-cycle's own share is 0.3.
  public var warmUp: Double
  /// The rate at the end, as a factor on the base, for cosine, linear and polynomial; for exponential the lowest.
  public var end: Double
  /// For polynomial, the power; 1 is linear.
  public var power: Double
  /// For exponential, what an epoch multiplies the rate by.
  public var factor: Double
  /// For plateau, the validations without improvement.
  public var patience: Int

  /// A course.
  public init(
    _ name: Name, warmUp: Double = 0, end: Double = 0, power: Double = 2, factor: Double = 0.9, patience: Int = 5
  ) {
    self.name = name
    self.warmUp = warmUp
    self.end = end
    self.power = power
    self.factor = factor
    self.patience = patience
  }

  /// The learning rate by step for a training of `steps` steps, of which an epoch has `stepsPerEpoch`.
  ///
  /// - Throws: a usage error for a number out of range.
  public func schedule(steps: Int, stepsPerEpoch: Int) throws -> Schedule {
    func check(_ setting: String, _ isSound: Bool, _ range: String) throws {
      guard !isSound else { return }
      throw SurprisalError(.usage, "schedule: `\(setting)` is out of range", remedy: "give \(range)")
    }
    try check("warmUp", (0..<1).contains(warmUp), "a share from 0 to below 1")
    try check("end", (0...1).contains(end), "a factor from 0 to 1")
    try check("power", power > 0 && power.isFinite, "a number above 0")
    try check("factor", factor > 0 && factor <= 1, "a number above 0 and up to 1")
    try check("patience", patience >= 0, "a whole number from 0")
    let rising = Int((warmUp * Double(steps)).rounded())
    let rest = steps - rising
    let course: Schedule =
      switch name {
      case .constant, .plateau: .constant
      case .cosine: .cosine(steps: rest, end: end)
      case .linear: .polynomial(steps: rest, end: end)
      case .polynomial: .polynomial(steps: rest, power: power, end: end)
      case .exponential: .exponential(factor: factor, every: stepsPerEpoch, lowest: end)
      case .inverseSquareRoot: .inverseSquareRoot
      case .oneCycle: .oneCycle(steps: rest)
      case .step: .milestones([rest / 2, rest * 3 / 4], factor: 0.1)
      }
    return rising > 0 ? .warmUp(steps: rising, start: 1 / Double(rising + 1), then: course) : course
  }
}
