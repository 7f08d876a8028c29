/// Eigenvalues of a symmetric tridiagonal matrix by the implicit QL and QR iterations with Wilkinson's shift
/// (Parlett 1998, §8.13).
struct TridiagonalEigen {
  /// The diagonal; the eigenvalues in no order afterwards.
  let d: UnsafeMutablePointer<Double>
  /// The n − 1 entries beside it; destroyed.
  let e: UnsafeMutablePointer<Double>
  let count: Int
  var rotations: PlaneRotations

  /// Diagonalizes. False if an entry is not finite or the iteration does not end.
  mutating func iterate() -> Bool {
    var budget = 40 * max(count, 1)
    var low = 0
    while low < count {
      var high = low
      while high < count - 1, !isNegligible(high) { high += 1 }
      if high == low {
        if !d[low].isFinite { return false }
        low += 1
        continue
      }
      // The bulge is chased towards the smaller end, which keeps graded matrices accurate.
      let downwards = d[high].magnitude < d[low].magnitude
      while high > low {
        budget -= 1
        guard budget > 0 else { return false }
        if downwards {
          sweep(from: low, to: high)
        } else {
          sweep(from: high, to: low)
        }
        if let split = (low..<high).first(where: isNegligible) {
          e[split] = 0
          high = split
        }
      }
    }
    rotations.apply()
    return true
  }

  private func isNegligible(_ index: Int) -> Bool {
    let magnitude = e[index].magnitude
    return magnitude <= 0x1p-53 * (d[index].magnitude * d[index + 1].magnitude).squareRoot()
      || magnitude < 0x1p-120
  }

  /// One implicit step on an unreduced block, from one end to the other; the shift comes from `end`.
  private mutating func sweep(from start: Int, to end: Int) {
    let step = end > start ? 1 : -1
    /// The entry between an index and the next one in the direction of the sweep.
    func between(_ index: Int) -> Int { step > 0 ? index : index - 1 }
    let last = e[between(end - step)]
    let half = (d[end - step] - d[end]) / (2 * last)
    let root = half.magnitude > 0x1p60 ? half.magnitude : (1 + half * half).squareRoot()
    var g = d[start] - d[end] + last / (half >= 0 ? half + root : half - root)
    var sine = 1.0
    var cosine = 1.0
    var p = 0.0
    rotations.begin(at: start, step: step)
    var index = start
    while index != end {
      let next = index + step
      let f = sine * e[between(index)]
      let b = cosine * e[between(index)]
      let turn = planeRotation(g, f)
      if index != start { e[between(index - step)] = turn.length }
      (cosine, sine) = (turn.cosine, turn.sine)
      g = d[index] - p
      let r = (d[next] - g) * sine + 2 * cosine * b
      p = sine * r
      d[index] = g + p
      g = cosine * r - b
      rotations.append(cosine: cosine, sine: sine)
      index = next
    }
    d[end] -= p
    e[between(end - step)] = g
    rotations.end()
  }
}
