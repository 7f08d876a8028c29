/// Singular values of an upper bidiagonal matrix by the implicit QR iteration, with a zero shift where a shift
/// would spoil the small ones (Demmel and Kahan 1990).
struct BidiagonalSVD {
  /// The diagonal; the singular values afterwards, in no order and of any sign.
  let d: UnsafeMutablePointer<Double>
  /// The n − 1 entries above it; destroyed.
  let e: UnsafeMutablePointer<Double>
  let count: Int
  /// What turns the rows of Uᵀ and of Vᵀ.
  var left: PlaneRotations
  var right: PlaneRotations

  /// Diagonalizes. False if an entry is not finite or the iteration does not end.
  mutating func iterate() -> Bool {
    var budget = 80 * max(count, 1)
    var low = 0
    while low < count {
      var high = low
      while high < count - 1, !isNegligible(high) { high += 1 }
      if high == low {
        if !d[low].isFinite { return false }
        low += 1
        continue
      }
      let downwards = d[high].magnitude <= d[low].magnitude
      while high > low {
        budget -= 1
        guard budget > 0 else { return false }
        step(from: downwards ? low : high, to: downwards ? high : low)
        if let split = (low..<high).first(where: isNegligible) {
          e[split] = 0
          high = split
        }
      }
    }
    left.apply()
    right.apply()
    return true
  }

  private func isNegligible(_ index: Int) -> Bool {
    let magnitude = e[index].magnitude
    return magnitude <= 0x1p-54 * (d[index].magnitude + d[index + 1].magnitude) || magnitude < 0x1p-400
  }

  /// One sweep over an unreduced block. Going up is going down on the matrix turned over and transposed: the
  /// left rotations are then those of V.
  private mutating func step(from start: Int, to end: Int) {
    let step = end > start ? 1 : -1
    let shift = shift(from: start, to: end)
    let first = d[start].magnitude
    left.begin(at: start, step: step)
    right.begin(at: start, step: step)
    if shift == 0 || (shift / first) * (shift / first) < 0x1p-53 {
      sweepUnshifted(from: start, to: end, step)
    } else {
      sweep(from: start, to: end, step, shift: shift)
    }
    left.end()
    right.end()
  }

  /// The entry between an index and the next one in the direction of the sweep.
  private func between(_ index: Int, _ step: Int) -> Int { step > 0 ? index : index - 1 }

  /// The smaller singular value of the last two rows; 0 when the block is so near to singular that its small
  /// singular values would lose their digits.
  private func shift(from start: Int, to end: Int) -> Double {
    let step = end > start ? 1 : -1
    var largest = d[start].magnitude
    var running = d[start].magnitude
    var smallest = running
    var index = start
    while index != end {
      let beside = e[between(index, step)].magnitude
      let value = d[index + step].magnitude
      running = running == 0 ? 0 : value * (running / (running + beside))
      smallest = min(smallest, running)
      largest = max(largest, value, beside)
      index += step
    }
    if smallest * Double(count) * 100 <= largest { return 0 }
    let f = d[end - step].magnitude
    let h = d[end].magnitude
    let g = e[between(end - step, step)]
    let sum = ((f + h) * (f + h) + g * g).squareRoot()
    let difference = ((f - h) * (f - h) + g * g).squareRoot()
    return 2 * f * h / (sum + difference)
  }

  private mutating func append(_ right: (Double, Double), _ left: (Double, Double), _ step: Int) {
    let (v, u) = step > 0 ? (right, left) : (left, right)
    self.right.append(cosine: v.0, sine: v.1)
    self.left.append(cosine: u.0, sine: u.1)
  }

  private mutating func sweep(from start: Int, to end: Int, _ step: Int, shift: Double) {
    let first = d[start]
    var f = (first.magnitude - shift) * ((first < 0 ? -1 : 1) + shift / first)
    var g = e[between(start, step)]
    var index = start
    while index != end {
      let next = index + step
      let here = between(index, step)
      let right = planeRotation(f, g)
      if index != start { e[between(index - step, step)] = right.length }
      f = right.cosine * d[index] + right.sine * e[here]
      e[here] = right.cosine * e[here] - right.sine * d[index]
      g = right.sine * d[next]
      d[next] *= right.cosine
      let left = planeRotation(f, g)
      d[index] = left.length
      f = left.cosine * e[here] + left.sine * d[next]
      d[next] = left.cosine * d[next] - left.sine * e[here]
      if next != end {
        g = left.sine * e[between(next, step)]
        e[between(next, step)] *= left.cosine
      }
      append((right.cosine, right.sine), (left.cosine, left.sine), step)
      index = next
    }
    e[between(end - step, step)] = f
  }

  private mutating func sweepUnshifted(from start: Int, to end: Int, _ step: Int) {
    var cosine = 1.0
    var leftCosine = 1.0
    var leftSine = 0.0
    var index = start
    while index != end {
      let next = index + step
      let right = planeRotation(d[index] * cosine, e[between(index, step)])
      if index != start { e[between(index - step, step)] = leftSine * right.length }
      let left = planeRotation(leftCosine * right.length, d[next] * right.sine)
      (cosine, leftCosine, leftSine, d[index]) = (right.cosine, left.cosine, left.sine, left.length)
      append((right.cosine, right.sine), (left.cosine, left.sine), step)
      index = next
    }
    let last = d[end] * cosine
    d[end] = last * leftCosine
    e[between(end - step, step)] = last * leftSine
  }
}
