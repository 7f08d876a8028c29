import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Batches: gathered, standardized and moved in one pass, against the same step by step.
@Suite struct BatchTests {
  private static func images(_ dtype: DType) throws -> SupervisedData {
    let pixels: [UInt8] = (0..<360).map { UInt8(($0 * 37) % 251) }
    return try SupervisedData(
      inputs: Tensor(pixels, shape: [6, 3, 5, 4]).converted(to: dtype), targets: Tensor([0, 1, 0, 1, 2, 2]),
      classNames: ["a", "b", "c"],
      inputStandardization: Standardization(means: [10, 20, 130.5], standardDeviations: [50, 1.5, 255]))
  }

  @Test(arguments: [DType.uint8, .float32, .float64], [DType.float32, .float64])
  func equalsItsSteps(_ from: DType, _ to: DType) throws {
    let data = try BatchTests.images(from)
    let (inputs, targets) = data.batch(at: [5, 0, 0, 3], dtype: to)
    let chosen = data.inputs.converted(to: .float64).selected(at: Tensor([5, 0, 0, 3]))
    let scale = try #require(data.inputStandardization)
    let expected = scale.applied(to: chosen).scalars(as: Double.self)
    #expect(inputs.dtype == to && inputs.shape == [4, 3, 5, 4])
    let found = inputs.scalars(as: Double.self)
    let tolerance: Double = to == .float32 ? 4e-6 : 4e-15
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= tolerance * (1 + abs(b))) }
    #expect(targets.dtype == .int64 && targets.scalars(as: Int.self) == [2, 0, 0, 1])
    #expect(scale.undone(from: scale.applied(to: chosen)).scalars(as: Double.self).count == expected.count)
  }

  @Test func tableColumnsHaveTheirOwnScale() throws {
    let x = Tensor([1e6 + 1, 5, 1e6 - 1, 7, 1e6, 9], shape: [3, 2])
    let scale = Standardization(of: x)
    #expect(scale.means == [1e6, 7])
    #expect(abs(scale.standardDeviations[0] - (2.0 / 3).squareRoot()) < 1e-15)
    let data = try SupervisedData(
      inputs: x, targets: Tensor([1.0, 2, 4], shape: [3, 1]), inputStandardization: scale,
      targetStandardization: Standardization(means: [2], standardDeviations: [4]))
    let (inputs, targets) = data.batch(at: [1, 2])
    let deviation = Float((2.0 / 3).squareRoot())
    let numbers: [Float] = [-1 / deviation, 0, 0, 2 / Float((8.0 / 3).squareRoot())]
    for (found, expected) in zip(inputs.scalars(as: Float.self), numbers) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(targets.dtype == .float32 && targets.scalars(as: Float.self) == [0, 0.5])
    #expect(data.batch(at: []).inputs.shape == [0, 2])
  }

  @Test func constantsAndWholeNumbersKeepTheirScale() throws {
    let constant = Standardization(of: Tensor([3.0, 3, 3], shape: [3, 1]))
    #expect(constant.means == [3] && constant.standardDeviations == [1])
    let bytes = Standardization(of: Tensor([UInt8(1), 3, 1, 3], shape: [2, 1, 1, 2]))
    #expect(bytes.means == [2] && bytes.standardDeviations == [1])
    let tokens = try SupervisedData(
      inputs: Tensor([1, 2, 3, 4], shape: [2, 2]), targets: Tensor([0, 1]), classNames: ["a", "b"])
    #expect(tokens.batch(at: [1]).inputs.dtype == .int64)
    #expect(throws: SurprisalError.self) { try Standardization(means: [1], standardDeviations: [0]) }
    #expect(throws: SurprisalError.self) { try Standardization(means: [1, 2], standardDeviations: [1]) }
  }

  /// A chain of moves equals the moves one after another on a padded image, pixel by pixel.
  @Test func movesAreThoseOfTheirSteps() throws {
    let data = try BatchTests.images(.uint8)
    let augmentation = Augmentation([
      .shift(down: 1, right: 2), .horizontalFlip(probability: 0.5), .crop(height: 4, width: 3, padding: 1),
    ])
    #expect(try augmentation.outputShape(for: data.inputShape) == [3, 4, 3])
    var generator = RandomGenerator(seed: 7)
    var twin = RandomGenerator(seed: 7)
    let pixels = data.inputs.scalars(as: Double.self)
    let scale = try #require(data.inputStandardization)
    for _ in 0..<200 {
      let indices = [4, 1, 0]
      let (inputs, _) = try data.batch(at: indices, dtype: .float64, augmentedBy: augmentation, using: &generator)
      #expect(inputs.shape == [3, 3, 4, 3])
      let found = inputs.scalars(as: Double.self)
      for (row, index) in indices.enumerated() {
        // The same draws in the same order.
        let (down, right) = (twin.nextInteger(below: 3) - 1, twin.nextInteger(below: 5) - 2)
        let isFlipped = twin.nextUniform() < 0.5
        let (top, left) = (twin.nextInteger(below: 4) - 1, twin.nextInteger(below: 4) - 1)
        for channel in 0..<3 {
          for y in 0..<4 {
            for x in 0..<3 {
              // Back through the steps: the crop, the flip, the shift.
              let column = x + left
              let (sourceY, sourceX) = (y + top + down, (isFlipped ? 3 - column : column) + right)
              let isInside = (0..<5).contains(sourceY) && (0..<4).contains(sourceX)
              let raw = isInside ? pixels[((index * 3 + channel) * 5 + sourceY) * 4 + sourceX] : 0
              let expected = (raw - scale.means[channel]) * (1 / scale.standardDeviations[channel])
              #expect(found[((row * 3 + channel) * 4 + y) * 3 + x] == expected)
            }
          }
        }
      }
    }
    #expect(generator == twin)
  }

  @Test func theMiddleIsTakenWithoutDraws() throws {
    let data = try BatchTests.images(.uint8)
    let crop = Augmentation([.horizontalFlip(probability: 1), .crop(height: 3, width: 2, padding: 0)])
    let (inputs, _) = try data.batch(at: [2], dtype: .float64, centeredLike: crop)
    let expected = data.batch(at: [2], dtype: .float64).inputs[0..<1, 0..<3, 1..<4, 1..<3]
    #expect(inputs.scalars(as: Double.self) == expected.scalars(as: Double.self))
    var generator = RandomGenerator(seed: 0)
    let bad: [Augmentation.Step] = [
      .crop(height: 9, width: 2, padding: 1), .horizontalFlip(probability: 2), .shift(down: -1, right: 0),
    ]
    for bad in bad {
      #expect(throws: SurprisalError.self) {
        try data.batch(at: [0], augmentedBy: Augmentation([bad]), using: &generator)
      }
    }
    let table = try SupervisedData(inputs: Tensor([1.0, 2], shape: [2, 1]), targets: Tensor([0, 1]))
    #expect(throws: SurprisalError.self) {
      try table.batch(at: [0], augmentedBy: Augmentation([.shift(down: 1, right: 1)]), using: &generator)
    }
  }
}
