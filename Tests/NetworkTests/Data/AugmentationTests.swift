import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Augmentation step by step: sizes behind a crop, parts larger than the image, and what is refused.
@Suite struct AugmentationTests {
  /// One image [1, 5, 4] of the numbers 1 … 20.
  private static func data() throws -> SupervisedData {
    try SupervisedData(
      inputs: Tensor((1...20).map(Double.init), shape: [1, 1, 5, 4]), targets: Tensor([0]), classNames: ["a"])
  }

  /// The pixel in row `y` and column `x`, 0 outside.
  private func pixel(_ y: Int, _ x: Int) -> Double {
    (0..<5).contains(y) && (0..<4).contains(x) ? Double(y * 4 + x + 1) : 0
  }

  /// A flip behind a crop mirrors the part, not the image.
  @Test func aStepTakesTheSizeOfTheOneBefore() throws {
    let data = try AugmentationTests.data()
    let augmentation = Augmentation([.crop(height: 3, width: 2, padding: 1), .horizontalFlip(probability: 1)])
    var generator = RandomGenerator(seed: 11)
    var twin = generator
    for _ in 0..<50 {
      let (inputs, _) = try data.batch(at: [0], dtype: .float64, augmentedBy: augmentation, using: &generator)
      let (top, left) = (twin.nextInteger(below: 5) - 1, twin.nextInteger(below: 5) - 1)
      _ = twin.nextUniform()
      let expected = (0..<3).flatMap { y in (0..<2).map { x in pixel(y + top, left + 1 - x) } }
      #expect(inputs.scalars(as: Double.self) == expected)
    }
    #expect(generator == twin)
  }

  /// Every distance comes, and as often: 6,000 draws leave each of 15 within 5 standard deviations (once in 10⁵ runs).
  @Test func everyShiftIsAsLikely() throws {
    let data = try AugmentationTests.data()
    let augmentation = Augmentation([.shift(down: 2, right: 1)])
    var generator = RandomGenerator(seed: 12)
    var counts: [Double: Int] = [:]
    for _ in 0..<6_000 {
      let (inputs, _) = try data.batch(at: [0], dtype: .float64, augmentedBy: augmentation, using: &generator)
      counts[inputs[0, 0, 2, 2].item, default: 0] += 1
    }
    #expect(counts.count == 15)
    for (number, count) in counts { #expect(abs(count - 400) < 97, "\(number): \(count)") }
  }

  /// With zeros around it an image may become larger; of an odd margin the smaller half is below and at the right.
  @Test func aPartLargerThanTheImageHasItInTheMiddle() throws {
    let data = try AugmentationTests.data()
    let augmentation = Augmentation([.crop(height: 8, width: 7, padding: 2)])
    #expect(try augmentation.outputShape(for: data.inputShape) == [1, 8, 7])
    let (inputs, _) = try data.batch(at: [0], dtype: .float64, centeredLike: augmentation)
    let expected = (0..<8).flatMap { y in (0..<7).map { x in pixel(y - 2, x - 2) } }
    #expect(inputs.scalars(as: Double.self) == expected)
    for (height, width) in [(10, 4), (5, 9), (0, 4), (5, 0)] {
      #expect(throws: SurprisalError.self) {
        try Augmentation([.crop(height: height, width: width, padding: 2)]).outputShape(for: data.inputShape)
      }
    }
    #expect(try Augmentation([.crop(height: 9, width: 8, padding: 2)]).outputShape(for: [3, 5, 4]) == [3, 9, 8])
  }
}
