import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Means and deviations along the second axis, and the way back.
@Suite struct StandardizationTests {
  /// Bytes are counted, other numbers summed: both give each channel its own figures.
  @Test func channelsOfImagesHaveTheirOwnScale() {
    let pixels: [UInt8] = [1, 3, 10, 30, 0, 255, 5, 7, 50, 10, 255, 0]
    let bytes = Tensor(pixels, shape: [2, 3, 1, 2])
    for images in [bytes, bytes.converted(to: .float64), bytes.converted(to: .float32)] {
      let scale = Standardization(of: images)
      #expect(scale.means == [4, 25, 127.5])
      // Of 1, 3, 5, 7; of 10, 30, 50, 10; of 0, 255, 255, 0: the means of the squares.
      for (found, square) in zip(scale.standardDeviations, [5.0, 275, 127.5 * 127.5]) {
        #expect(abs(found - square.squareRoot()) < 1e-12)
      }
    }
  }

  @Test func itIsUndone() throws {
    let x = Tensor((0..<24).map { Double($0 * $0) - 40 }, shape: [2, 3, 2, 2])
    for scale in [
      Standardization(of: x), try Standardization(means: [3], standardDeviations: [0.5]),
      try Standardization(means: [1, -2, 30], standardDeviations: [2, 0.25, 7]),
    ] {
      let y = scale.applied(to: x)
      let (mean, deviation) = (scale.means.last ?? .nan, scale.standardDeviations.last ?? .nan)
      // The last number is one of the last channel.
      #expect(abs(y[1, 2, 1, 1].item - (489 - mean) / deviation) < 1e-12)
      let back = scale.undone(from: y).scalars(as: Double.self)
      for (found, expected) in zip(back, x.scalars(as: Double.self)) { #expect(abs(found - expected) < 1e-10) }
    }
  }

  /// Numbers are taken in blocks of rows.
  @Test func longTablesLoseNoRow() {
    let count = 9_000
    let x = Tensor((0..<count).flatMap { [Double($0), Double(-2 * $0)] }, shape: [count, 2])
    let scale = Standardization(of: x)
    #expect(scale.means == [4_499.5, -8_999])
    let deviation = (Double(count * count - 1) / 12).squareRoot()
    #expect(abs(scale.standardDeviations[0] - deviation) < 1e-9 * deviation)
    #expect(abs(scale.standardDeviations[1] - 2 * deviation) < 1e-9 * deviation)
  }

  /// The mean of equal numbers is rounded, and what is left is no spread.
  @Test func roundingIsNoSpread() {
    for count in 2..<60 {
      let x = Tensor([Double](repeating: 0.1, count: count), shape: [count, 1])
      #expect(Standardization(of: x).standardDeviations == [1])
    }
    let small = Standardization(of: Tensor([1e-12, 3e-12], shape: [2, 1]))
    #expect(abs(small.standardDeviations[0] - 1e-12) < 1e-24)
  }
}
