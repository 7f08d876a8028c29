import SurprisalCore
import SurprisalTensors

extension SupervisedData {
  /// Two parts of the data, drawn at random: one to train on and one to validate with.
  ///
  /// - Parameters:
  ///   - fraction: the share of the validation part; its count is rounded to the nearest, and both parts get at least
  ///     one datum.
  ///   - seed: the same seed gives the same parts.
  ///   - isStratified: whether each class is divided by itself, so that both parts have the shares of the whole.
  /// - Throws: a usage error if the fraction is not between 0 and 1, there are fewer than two data, or strata are asked
  ///   of targets that are no classes.
  public func split(
    validation fraction: Double, seed: UInt64 = 0, isStratified: Bool = false
  ) throws -> (training: SupervisedData, validation: SupervisedData) {
    guard fraction > 0, fraction < 1 else {
      throw SurprisalError(
        .usage, "a part of \(fraction) cannot be kept for validation", remedy: "give a share between 0 and 1")
    }
    guard count > 1 else {
      throw SurprisalError(.data, "\(count.counted("datum", "data")) cannot be divided", remedy: "give at least two")
    }
    let held = min(max(Int((fraction * Double(count)).rounded()), 1), count - 1)
    var generator = RandomGenerator(seed: seed)
    let order = Array(0..<count).shuffled(using: &generator)
    guard isStratified else {
      return (selecting(order[held...].sorted()), selecting(order[..<held].sorted()))
    }
    let classes = try self.classes(for: "strata")
    let chosen = Set(SupervisedData.stratified(order, classes, held: held))
    return (selecting((0..<count).filter { !chosen.contains($0) }), selecting(chosen.sorted()))
  }

  /// `held` of `order`, from each class its share: rounded down, then one more where most was lost.
  private static func stratified(_ order: [Int], _ classes: [Int], held: Int) -> [Int] {
    var members: [Int: [Int]] = [:]
    for index in order { members[classes[index], default: []].append(index) }
    var shares = members.keys.sorted().map { label -> (label: Int, count: Int, rest: Int) in
      let product = held * (members[label]?.count ?? 0)
      return (label, product / order.count, product % order.count)
    }
    let left = held - shares.reduce(0) { $0 + $1.count }
    let neediest = shares.indices.sorted { (-shares[$0].rest, $0) < (-shares[$1].rest, $1) }
    for index in neediest.prefix(left) { shares[index].count += 1 }
    return shares.flatMap { share in (members[share.label] ?? []).prefix(share.count) }
  }

  /// The classes as numbers; a usage error if the targets are none.
  func classes(for purpose: String) throws -> [Int] {
    guard isClassification else {
      throw SurprisalError(.usage, "\(purpose) need classes, and the targets are numbers", remedy: "leave them out")
    }
    return targets.scalars(as: Int.self)
  }
}
