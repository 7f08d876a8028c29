import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Parts of data: held out, and the folds of scikit-learn.
@Suite struct SplitTests {
  private struct Folds: Decodable {
    struct Plain: Decodable { var count: Int, folds: Int, validation: [[Int]] }
    struct Stratified: Decodable { var classes: [Int], folds: Int, validation: [[Int]] }
    var plain: [Plain], stratified: [Stratified]
  }

  @Test func foldsAreThoseOfScikitLearn() throws {
    let file = DataFixture.root.appendingPathComponent("Tests/References/Networks/folds.json")
    let folds = try JSONDecoder().decode(Folds.self, from: Data(contentsOf: file))
    for item in folds.plain {
      let found = try CrossValidation.folds(of: item.count, into: item.folds)
      #expect(found.map(\.validation) == item.validation)
      for fold in found { #expect((fold.training + fold.validation).sorted() == Array(0..<item.count)) }
    }
    for item in folds.stratified {
      let found = try CrossValidation.stratifiedFolds(of: item.classes, into: item.folds)
      #expect(found.map(\.validation) == item.validation)
      let shuffled = try CrossValidation.stratifiedFolds(of: item.classes, into: item.folds, seed: 3)
      for (fold, other) in zip(found, shuffled) {
        #expect((fold.training + fold.validation).sorted() == Array(item.classes.indices))
        let classes = { (places: [Int]) in places.map { item.classes[$0] }.sorted() }
        #expect(classes(fold.validation) == classes(other.validation))
      }
    }
    #expect(folds.plain.count == 6 && folds.stratified.count == 5)
    for (count, k) in [(3, 4), (3, 1), (0, 2)] {
      #expect(throws: SurprisalError.self) { try CrossValidation.folds(of: count, into: k) }
    }
    #expect(throws: SurprisalError.self) { try CrossValidation.stratifiedFolds(of: [0, 1, 2], into: 2) }
  }

  private func data(_ classes: [Int]) throws -> SupervisedData {
    try SupervisedData(
      inputs: Tensor(classes.indices.map(Double.init), shape: [classes.count, 1]), targets: Tensor(classes),
      classNames: ["a", "b", "c"])
  }

  @Test(arguments: [false, true]) func aSplitLosesNothing(_ isStratified: Bool) throws {
    let classes = (0..<101).map { $0 < 60 ? 0 : $0 < 95 ? 1 : 2 }
    let whole = try data(classes)
    let (training, validation) = try whole.split(validation: 0.2, seed: 5, isStratified: isStratified)
    let rows = { (part: SupervisedData) in part.inputs.scalars(as: Int.self) }
    #expect(validation.count == 20 && training.count == 81)
    #expect((rows(training) + rows(validation)).sorted() == Array(0..<101))
    #expect(training.targets.scalars(as: Int.self) == rows(training).map { classes[$0] })
    #expect(training.classNames == whole.classNames)
    let again = try whole.split(validation: 0.2, seed: 5, isStratified: isStratified)
    #expect(rows(again.validation) == rows(validation))
    #expect(rows(try whole.split(validation: 0.2, seed: 6, isStratified: isStratified).validation) != rows(validation))
    if isStratified {
      let counts = (0..<3).map { label in validation.targets.scalars(as: Int.self).count { $0 == label } }
      // 20 · (60, 35, 6) / 101 = 11.88, 6.93, 1.19.
      #expect(counts == [12, 7, 1])
    }
  }

  @Test func aSplitThatCannotBeIsRefused() throws {
    let whole = try data([0, 1, 2])
    for fraction in [0, 1, -0.5, .nan] {
      #expect(throws: SurprisalError.self) { try whole.split(validation: fraction) }
    }
    #expect(try whole.split(validation: 0.01).validation.count == 1)
    #expect(throws: SurprisalError.self) { try data([0]).split(validation: 0.5) }
    let numbers = try SupervisedData(inputs: Tensor([1.0, 2]), targets: Tensor([1.0, 2]))
    #expect(throws: SurprisalError.self) { try numbers.split(validation: 0.5, isStratified: true) }
  }

  @Test func theFingerprintIsOfEverything() throws {
    let whole = try data([0, 1, 2])
    var prints = [whole.fingerprint]
    var other = whole
    other.classNames = ["a", "bc", ""]
    prints.append(other.fingerprint)
    other = whole
    other.targets = Tensor([0, 1, 1])
    prints.append(other.fingerprint)
    other = whole
    other.inputs = whole.inputs.converted(to: .float32)
    prints.append(other.fingerprint)
    other = whole
    other.inputStandardization = Standardization(of: whole.inputs)
    prints.append(other.fingerprint)
    #expect(Set(prints).count == 5 && prints.allSatisfy { $0.count == 64 })
    #expect(try data([0, 1, 2]).fingerprint == prints[0])
  }
}
