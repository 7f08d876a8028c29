import Foundation
import SurprisalCore
import SurprisalTensors
import Testing

/// Gamma numbers against the same method written for one number after the other, from the generator's own words.
struct GammaWordsTests {
  /// Which blocks a call takes: those of the powers U^(1/a), with attempts that nobody needs, those of the first
  /// attempts, and 64 for further attempts at each element.
  private struct Blocks {
    let seed: UInt64
    let boost: UInt64
    let first: UInt64
    let further: UInt64

    init(count: Int, seed: UInt64) {
      let whole = (count + 15) / 16 * 16
      self.seed = seed
      boost = 0
      first = UInt64((2 * count + 3) / 4 + 64 * count)
      further = first + UInt64(whole * 3 / 4)
    }

    /// 64 bits of those from a block on.
    func word(_ block: UInt64, _ index: Int) -> UInt64 {
      let words = RandomGenerator.block(
        counter: (UInt32(block + UInt64(index / 2)), 0, 0, 0), key: (UInt32(seed), 0))
      return index % 2 == 0
        ? UInt64(words.1) << 32 | UInt64(words.0) : UInt64(words.3) << 32 | UInt64(words.2)
    }
  }

  private func unit(_ bits: UInt64) -> Double { (Double(bits >> 12) + 0.5) * 0x1p-52 }

  /// The number of one attempt, if it is accepted.
  private func attempt(_ a: Double, _ x: Double, _ bits: UInt64) -> Double? {
    let d = a - 1.0 / 3
    let t = x / (9 * d).squareRoot()
    guard t > -1 else { return nil }
    let isAccepted = log((Double(bits) + 0.5) * 0x1p-32) < x * x / 2 + d * (1 - pow(1 + t, 3) + 3 * log1p(t))
    return isAccepted ? d * pow(1 + t, 3) : nil
  }

  /// Element `index` of `count` with a concentration of at least 1, and how many further attempts it took.
  private func expected(_ a: Double, _ index: Int, _ count: Int, _ blocks: Blocks) -> (Double, attempts: Int) {
    let piece = index / 1024 * 1024
    let half = (min(count - piece, 1024) + 15) / 16 * 8
    let (place, pair) = (index - piece, (index - piece) % half)
    let first = blocks.first + UInt64(piece * 3 / 4)
    let turn = blocks.word(first, half + pair)
    // An eighth of a turn about 0, its axes swapped or not, and turned by a half or not.
    let angle = (Double(turn >> 12) * 0x1p-52 - 0.5) * .pi / 2
    let axes = turn & 1 == 0 ? [cos(angle), sin(angle)] : [sin(angle), cos(angle)]
    let x = (-2 * log(unit(blocks.word(first, pair)))).squareRoot() * axes[place / half] * (turn & 2 == 0 ? 1 : -1)
    let tests = blocks.word(first, 2 * half + pair)
    if let value = attempt(a, x, place < half ? tests & 0xFFFF_FFFF : tests >> 32) { return (value, 0) }
    for number in 0..<64 {
      let block = blocks.further + UInt64(64 * index + number)
      let word = blocks.word(block, 1)
      let x = (-2 * log(unit(blocks.word(block, 0)))).squareRoot() * cos(Double(word >> 32) * .pi * 0x1p-31)
      if let value = attempt(a, x, word & 0xFFFF_FFFF) { return (value, number + 1) }
    }
    return (.nan, 64)
  }

  @Test(arguments: [1, 2, 15, 16, 17, 1023, 1024, 1025, 2500]) func `are made of their words`(_ count: Int) {
    let concentrations = [1, 2.5, 0.5, 1000, 0.01]
    let a = (0..<count).map { concentrations[$0 % 5] }
    let blocks = Blocks(count: count, seed: 31)
    var generator = RandomGenerator(seed: 31)
    let found = Tensor.gamma(concentrations: Tensor(a), using: &generator).scalars(as: Double.self)
    var attempts = 0
    for index in 0..<count {
      let (large, further) = expected(a[index] < 1 ? a[index] + 1 : a[index], index, count, blocks)
      let value = a[index] < 1 ? large * pow(unit(blocks.word(blocks.boost, index)), 1 / a[index]) : large
      attempts += further
      // Rounding of the logarithm of up to 4000 is multiplied in the power.
      if !(abs(found[index] - value) <= 2e-12 * value) {
        Issue.record("element \(index) of \(count), a = \(a[index]): \(found[index]), not \(value)")
      }
    }
    // The rejected ones are compared too: 2 % of them all.
    #expect(count < 1000 || attempts > count / 200)
  }

  /// Rows that are repeated, and numbers that are, give what their copies give, wherever pieces begin.
  @Test(arguments: [1, 3, 7, 1024, 1500, 4096]) func `repeated rows are as good as copies`(_ width: Int) {
    let row = Tensor((0..<width).map { 0.5 + Double($0 % 4) }, shape: [1, width])
    for (rows, dtype) in [(1, DType.float64), (40, .float64), (2001, .float32)] {
      let repeated = row.converted(to: dtype).broadcast(to: [2, rows, width])
      var (first, second, third) = (RandomGenerator(seed: 32), RandomGenerator(seed: 32), RandomGenerator(seed: 32))
      let found = Tensor.gamma(concentrations: repeated, using: &first)
      let copied = Tensor.gamma(concentrations: repeated + 0, using: &second)
      #expect(found.scalars(as: Double.self) == copied.scalars(as: Double.self))
      // Views of other strides.
      let turned = (repeated.transposed(axes: 0, 2) + 0).transposed(axes: 0, 2)
      #expect(
        Tensor.gamma(concentrations: turned, using: &third).scalars(as: Double.self) == found.scalars(as: Double.self))
      #expect(first == second && first == third)
    }
  }

  @Test func `logarithms are those of the numbers`() {
    let a = Tensor([3, 0, 0.001, 1, .infinity, 0.3, -1, .nan, -0.0, 50]).broadcast(to: [300, 10])
    var (first, second) = (RandomGenerator(seed: 33), RandomGenerator(seed: 33))
    let numbers = Tensor.gamma(concentrations: a, using: &first).scalars(as: Double.self)
    let logarithms = Tensor.logGamma(concentrations: a, using: &second).scalars(as: Double.self)
    for (index, (x, y)) in zip(numbers, logarithms).enumerated() {
      let isRight =
        x.isNaN
        ? y.isNaN
        : x < .leastNormalMagnitude ? y < -700 : x == .infinity ? y == x : abs(log(x) - y) <= 1e-14 * max(1, abs(y))
      if !isRight { Issue.record("element \(index): \(x) and \(y)") }
    }
    #expect(logarithms.enumerated().allSatisfy { $0.offset % 10 != 2 || $0.element > -.infinity })
    #expect(numbers.enumerated().allSatisfy { [6, 7].contains($0.offset % 10) == $0.element.isNaN })
    #expect(first == second)
  }

  @Test(arguments: [1, 2, 3, 100, 5000]) func `rows of Dirichlet numbers sum to 1`(_ width: Int) {
    let a = Tensor((0..<width).map { 0.5 + Double($0 % 4) }).broadcast(to: [41, width])
    var (first, second) = (RandomGenerator(seed: 34), RandomGenerator(seed: 34))
    let found = Tensor.dirichlet(concentrations: a, using: &first)
    let numbers = Tensor.gamma(concentrations: a, using: &second)
    let expected = numbers / numbers.sum(alongAxes: [-1], keepingAxes: true)
    #expect(found.shape == [41, width])
    for (x, y) in zip(found.scalars(as: Double.self), expected.scalars(as: Double.self)) where abs(x - y) > 1e-14 * y {
      Issue.record("\(x) and \(y)")
    }
    var third = RandomGenerator(seed: 34)
    #expect(Tensor.dirichlet(concentrations: Tensor(zeros: [0, width], dtype: .float64), using: &third).count == 0)
  }
}
