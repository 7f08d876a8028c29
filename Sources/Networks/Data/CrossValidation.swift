import SurprisalCore

/// The folds of k-fold cross-validation: each datum is in the validation part of exactly one.
public enum CrossValidation {
  /// Which data one fold trains on and which it validates with, both ascending.
  public struct Fold: Sendable, Hashable {
    /// What to train on.
    public var training: [Int]
    /// What to validate with.
    public var validation: [Int]
  }

  /// `k` folds of `count` data, each a run of neighbors, the first ones longer by one where k does not divide the
  /// count; of neighbors in a random order if there is a seed. Without one they are those of scikit-learn's `KFold`.
  ///
  /// - Throws: a usage error unless 2 ≤ k ≤ count.
  public static func folds(of count: Int, into k: Int, seed: UInt64? = nil) throws -> [Fold] {
    guard k >= 2, k <= count else {
      throw SurprisalError(
        .usage,
        "\(k) folds cannot be made of \(count.counted("datum", "data"))",
        remedy: "take from 2 folds to as many as there are data")
    }
    var order = Array(0..<count)
    if let seed {
      var generator = RandomGenerator(seed: seed)
      order.shuffle(using: &generator)
    }
    var foldOf = [Int](repeating: 0, count: count)
    var start = 0
    for fold in 0..<k {
      let length = count / k + (fold < count % k ? 1 : 0)
      for place in start..<start + length { foldOf[order[place]] = fold }
      start += length
    }
    return folds(foldOf, k)
  }

  /// `k` folds in which each class has nearly its share of the whole: those of scikit-learn's `StratifiedKFold`, or
  /// with a seed as many of each class, drawn at random.
  ///
  /// - Throws: a usage error unless k ≥ 2 and at least one class has k data.
  public static func stratifiedFolds(of classes: [Int], into k: Int, seed: UInt64? = nil) throws -> [Fold] {
    // Classes are numbered as they first come.
    var numbers: [Int: Int] = [:]
    let labels = classes.map { label -> Int in
      let number = numbers[label] ?? numbers.count
      numbers[label] = number
      return number
    }
    var members = [[Int]](repeating: [], count: numbers.count)
    for (index, label) in labels.enumerated() { members[label].append(index) }
    guard k >= 2, members.contains(where: { $0.count >= k }) else {
      throw SurprisalError(
        .usage,
        "the largest of \(members.count) classes has \((members.map(\.count).max() ?? 0).counted("datum", "data")), too few for \(k) folds",
        remedy: "take from 2 folds to as many as the largest class has data")
    }
    // The sorted labels are dealt out one by one, which says how many of each class a fold gets.
    var allocation = [[Int]](repeating: [Int](repeating: 0, count: members.count), count: k)
    for (place, label) in labels.sorted().enumerated() { allocation[place % k][label] += 1 }
    var generator = seed.map { RandomGenerator(seed: $0) }
    var foldOf = [Int](repeating: 0, count: classes.count)
    for label in members.indices {
      var places = (0..<k).flatMap { [Int](repeating: $0, count: allocation[$0][label]) }
      if var random = generator {
        places.shuffle(using: &random)
        generator = random
      }
      for (index, fold) in zip(members[label], places) { foldOf[index] = fold }
    }
    return folds(foldOf, k)
  }

  private static func folds(_ foldOf: [Int], _ k: Int) -> [Fold] {
    (0..<k).map { fold in
      Fold(
        training: foldOf.indices.filter { foldOf[$0] != fold }, validation: foldOf.indices.filter { foldOf[$0] == fold }
      )
    }
  }
}

extension SupervisedData {
  /// The data of k folds, stratified if asked; see ``CrossValidation``.
  public func folds(
    into k: Int, seed: UInt64? = nil, isStratified: Bool = false
  ) throws -> [(training: SupervisedData, validation: SupervisedData)] {
    let folds =
      isStratified
      ? try CrossValidation.stratifiedFolds(of: classes(for: "strata"), into: k, seed: seed)
      : try CrossValidation.folds(of: count, into: k, seed: seed)
    return folds.map { (selecting($0.training), selecting($0.validation)) }
  }
}
