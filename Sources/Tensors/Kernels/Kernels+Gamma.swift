import CSurprisalKernels
import SurprisalCore

extension Kernels {
  /// Elements that are drawn together: what stays in the nearest cache.
  private static let gammaPiece = 1024

  /// Gamma numbers of scale 1 for the concentrations, or their logarithms, in float64.
  ///
  /// A piece is first tried as a whole; the few elements that are rejected, at most 5 %, are then drawn one by one.
  static func gamma(_ concentrations: Tensor, logarithms: Bool, using generator: inout RandomGenerator) -> Tensor {
    let row = repeatedRow(concentrations).converted(to: .float64)
    defer { withExtendedLifetime(row) {} }
    let (rowCount, count) = (row.count, concentrations.count)
    nonisolated(unsafe) let rowStart = row.pointer.assumingMemoryBound(to: Double.self)
    let boosts = RandomWords(count: count, wordsPerElement: 2, using: &generator)
    return random(
      Double.self, shape: concentrations.shape, dtype: .float64, wordsPerElement: 3, piece: gammaPiece, unit: 16,
      using: &generator
    ) { elements, out, words, source in
      let half = (elements.count + 15) / 16 * 8
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 6 * half) { scratch in
        guard let shapes = scratch.baseAddress else { return }
        let (values, spare) = (shapes + 2 * half, shapes + 4 * half)
        repeatRow(rowStart, rowCount, from: elements.lowerBound, shapes, 2 * half)
        surprisal_gamma_attempts(half, words, shapes, values)
        for index in 0..<elements.count {
          let value = values[index]
          out[index] = value >= 0 ? value : redrawnGamma(shapes[index], elements.lowerBound + index, source)
        }
        let isBoosted = (0..<elements.count).contains { shapes[$0] < 1 }
        if isBoosted {
          boost(elements, shapes, out, values, spare, boosts, logarithms: logarithms)
        } else if logarithms {
          values.update(from: out, count: elements.count)
          surprisal_unary(SURPRISAL_LOG, SURPRISAL_FLOAT64, elements.count, values, out, 0, 0)
        }
      }
    }
  }

  /// The contiguous elements that the leading axes of `x` repeat: one for a number that is broadcast.
  private static func repeatedRow(_ x: Tensor) -> Tensor {
    let strides = x.strides
    let axis = x.shape.indices.first { x.shape[$0] != 1 && strides[$0] != 0 } ?? x.rank
    let (shape, own) = (Array(x.shape[axis...]), Array(strides[axis...]))
    return x.count > 0 && isRowMajor(own, shape: shape) ? x.view(shape: shape, strides: nil) : contiguous(x)
  }

  /// Writes `count` elements of a row that is repeated, from `element` on.
  private static func repeatRow(
    _ row: UnsafePointer<Double>, _ rowCount: Int, from element: Int, _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let start = element % rowCount
    var filled = min(rowCount - start, count)
    out.update(from: row + start, count: filled)
    if filled < count, filled < rowCount {
      let rest = min(start, count - filled)
      (out + filled).update(from: row, count: rest)
      filled += rest
    }
    // What is there is a whole number of rows.
    while filled < count {
      let next = min(filled, count - filled)
      (out + filled).update(from: out, count: next)
      filled += next
    }
  }

  /// Takes the numbers of concentration a + 1 where a < 1 to those of a, G(a + 1)·U^(1/a), and all to logarithms if
  /// they are asked for.
  private static func boost(
    _ elements: Range<Int>, _ shapes: UnsafeMutablePointer<Double>, _ out: UnsafeMutablePointer<Double>,
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>, _ source: RandomWords,
    logarithms: Bool
  ) {
    let count = elements.count
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * count + 4) { words in
      guard let words = words.baseAddress else { return }
      source.write(words, from: elements.lowerBound, count: count)
      for index in 0..<count { first[index] = openUnitNumber(wideWord(words, index)) }
    }
    surprisal_unary(SURPRISAL_LOG, SURPRISAL_FLOAT64, count, first, second, 0, 0)
    surprisal_unary(SURPRISAL_LOG, SURPRISAL_FLOAT64, count, out, first, 0, 0)
    // −0 is a concentration of 0.
    for index in 0..<count { second[index] = first[index] + second[index] / abs(shapes[index]) }
    if logarithms {
      for index in 0..<count { out[index] = shapes[index] < 1 ? second[index] : first[index] }
    } else {
      surprisal_unary(SURPRISAL_EXP, SURPRISAL_FLOAT64, count, second, first, 0, 0)
      for index in 0..<count where shapes[index] < 1 { out[index] = first[index] }
    }
  }
}

/// A gamma number by further attempts, of which at least 95 % are accepted; for a concentration below 1 of that plus 1.
private func redrawnGamma(_ concentration: Double, _ element: Int, _ source: RandomWords) -> Double {
  guard concentration >= 0 else { return .nan }
  let d = (concentration < 1 ? concentration + 1 : concentration) - 1.0 / 3
  let root = (9 * d).squareRoot()
  for attempt in 0..<RandomWords.attempts {
    // 52 bits for the radius of a normal number, 32 for its angle, 32 to accept it.
    let (first, second) = source.attempt(attempt, of: element)
    let radius = (-2 * surprisal_log(openUnitNumber(first))).squareRoot()
    let x = radius * surprisal_cos(Double(Int64(second >> 32)) * (2 * Double.pi * 0x1p-32))
    let u = (Double(Int64(second & 0xFFFF_FFFF)) + 0.5) * 0x1p-32
    let t = x / root
    guard t > -1 else { continue }
    let value = d * (1 + t) * (1 + t) * (1 + t)
    if u < 1 - 0.0331 * (x * x) * (x * x) { return value }
    let bound = 0.5 * x * x + d * (3 * (surprisal_log1p(t) - t) - t * t * (3 + t))
    if surprisal_log(u) < bound { return value }
  }
  // Not reached in practice: 64 rejections have a probability below 10⁻⁸³.
  return d
}
