import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Folds in a random order, and the data of folds.
@Suite struct FoldTests {
  /// In which fold each datum is kept apart.
  private func places(_ folds: [CrossValidation.Fold], _ count: Int) -> [Int] {
    var places = [Int](repeating: -1, count: count)
    for (number, fold) in folds.enumerated() {
      for index in fold.validation { places[index] = number }
    }
    return places
  }

  /// A seed shuffles; the sizes stay.
  @Test func aSeedDrawsTheFolds() throws {
    let plain = try CrossValidation.folds(of: 103, into: 5)
    let drawn = try [1, 1, 2].map { try CrossValidation.folds(of: 103, into: 5, seed: $0) }
    #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2] && drawn[0] != plain)
    for folds in drawn {
      #expect(folds.map(\.validation.count) == [21, 21, 21, 20, 20])
      #expect(folds.flatMap(\.validation).sorted() == Array(0..<103))
      for fold in folds {
        #expect((fold.training + fold.validation).sorted() == Array(0..<103))
        #expect(fold.validation == fold.validation.sorted() && fold.training == fold.training.sorted())
        // A run of neighbors would lie in one or two stretches of 21.
        #expect(Set(fold.validation.map { $0 / 21 }).count > 2)
      }
    }
  }

  /// With a seed each class is dealt out in an order of its own.
  @Test func aSeedDrawsEachClassByItself() throws {
    let classes = (0..<90).map { $0 % 2 }
    let plain = try CrossValidation.stratifiedFolds(of: classes, into: 3)
    let drawn = try [4, 4, 5].map { try CrossValidation.stratifiedFolds(of: classes, into: 3, seed: $0) }
    #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2] && drawn[0] != plain)
    let folds = places(drawn[0], 90)
    let even = stride(from: 0, to: 90, by: 2).map { folds[$0] }
    let odd = stride(from: 1, to: 90, by: 2).map { folds[$0] }
    #expect(even != odd)
    for fold in 0..<3 { #expect(even.count { $0 == fold } == 15 && odd.count { $0 == fold } == 15) }
  }

  private func data(_ classes: [Int]) throws -> SupervisedData {
    try SupervisedData(
      inputs: Tensor(classes.indices.map(Double.init), shape: [classes.count, 1]), targets: Tensor(classes),
      classNames: ["a", "b"])
  }

  /// The data of a fold are those that it says, on the side that it says.
  @Test func foldsOfDataAreTheirs() throws {
    let classes = (0..<50).map { $0 < 40 ? 0 : 1 }
    let whole = try data(classes)
    let rows = { (part: SupervisedData) in part.inputs.scalars(as: Int.self) }
    for seed in [nil, 7] as [UInt64?] {
      let folds = try CrossValidation.folds(of: 50, into: 4, seed: seed)
      for (part, fold) in zip(try whole.folds(into: 4, seed: seed), folds) {
        #expect(rows(part.training) == fold.training && rows(part.validation) == fold.validation)
        #expect(part.validation.targets.scalars(as: Int.self) == fold.validation.map { classes[$0] })
      }
      for part in try whole.folds(into: 5, seed: seed, isStratified: true) {
        #expect(part.validation.targets.scalars(as: Int.self).count { $0 == 1 } == 2 && part.validation.count == 10)
        #expect(part.training.count == 40)
      }
    }
  }

  /// Chosen data stand in the order of the choice, and the first ones keep their targets.
  @Test func chosenDataKeepTheirOrder() throws {
    let whole = try data([0, 1, 1, 0, 0])
    let chosen = whole.selecting([1, 0, 2, 0])
    #expect(chosen.inputs.scalars(as: Int.self) == [1, 0, 2, 0])
    #expect(chosen.targets.scalars(as: Int.self) == [1, 0, 1, 0] && chosen.classNames == ["a", "b"])
    let first = whole.prefix(2)
    #expect(first.inputs.scalars(as: Int.self) == [0, 1] && first.targets.scalars(as: Int.self) == [0, 1])
    #expect(whole.prefix(9).count == 5 && whole.prefix(-1).count == 0)
  }

  /// Rounded to the nearest, also upward.
  @Test func theShareIsRounded() throws {
    let whole = try data((0..<18).map { $0 % 2 })
    for (share, count) in [(0.1, 2), (0.2, 4), (0.36, 6), (0.99, 17)] {
      #expect(try whole.split(validation: share).validation.count == count)
      #expect(try whole.split(validation: share, isStratified: true).validation.count == count)
    }
  }
}
