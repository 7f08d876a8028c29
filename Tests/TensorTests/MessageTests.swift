import SurprisalTensors
import Testing

/// What a programmer reads when shapes do not fit; in release builds too, where Swift's own preconditions say nothing.
struct MessageTests {
  @Test func theMessageNamesTheOperationAndBothShapes() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor(ones: [2, 3]).matmul(Tensor(ones: [4, 5]))
      })
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    for word in ["matmul", "[2, 3]", "[4, 5]"] { #expect(message.contains(word), "\(word) in \(message)") }
  }

  /// Whole numbers have no derivative: zeros would train nothing, and say nothing.
  @Test func wholeNumbersHaveNoDerivative() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = gradient(of: Tensor([1, 2, 3])) { $0.square().mean() }
      })
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("int64") && message.contains("converted(to:)"), "\(message)")
  }

  @Test func aWrongClassIsNamedWithItsRow() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor(ones: [3, 4]).crossEntropy(with: Tensor([0, 7, 1]))
      })
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("target 7 of row 1"), "\(message)")
  }

  /// A selection of any type may ask for what is not there.
  @Test func aSelectionCannotLeaveItsAxis() async {
    struct Far: AxisSelection {
      func slice(ofExtent extent: Int) -> AxisSlice? { AxisSlice(start: 100, count: 3) }
    }
    await #expect(processExitsWith: .failure) { _ = Tensor([1.0, 2, 3])[Far()].scalars(as: Double.self) }
  }
}
