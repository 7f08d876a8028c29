import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// A fingerprint is of everything that a training sees of its data.
@Suite struct FingerprintTests {
  @Test func everyPartCounts() throws {
    let whole = try SupervisedData(
      inputs: Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2]), targets: Tensor([1.0, 0, 2], shape: [3, 1]),
      inputNames: ["a", "b"], targetNames: ["y"],
      inputStandardization: try Standardization(means: [0], standardDeviations: [1]))
    let changes: [(inout SupervisedData) throws -> Void] = [
      { $0.inputs = Tensor([1.0, 2, 3, 4, 5, 7], shape: [3, 2]) },
      { $0.inputs = Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2, 1]) },
      { $0.targets = Tensor([1.0, 0, 3], shape: [3, 1]) },
      { $0.inputNames = ["a", "c"] }, { $0.targetNames = ["z"] }, { $0.classNames = ["y"] },
      { $0.inputNames = ["ab", ""] },
      { $0.inputStandardization = try Standardization(means: [0], standardDeviations: [2]) },
      { $0.inputStandardization = nil },
      { $0.targetStandardization = try Standardization(means: [0], standardDeviations: [1]) },
    ]
    var prints: Set<String> = [whole.fingerprint]
    for change in changes {
      var other = whole
      try change(&other)
      prints.insert(other.fingerprint)
    }
    #expect(prints.count == changes.count + 1)
    #expect(whole.selecting([0, 1, 2]).fingerprint == whole.fingerprint)
  }
}
