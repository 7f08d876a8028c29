import CSurprisalKernels

/// Plane rotations on the rows of a matrix, gathered over many sweeps and applied together while a tile of
/// columns is in the cache.
struct PlaneRotations {
  private var sweeps: [surprisal_sweep] = []
  private var pairs: [Double] = []
  private let target: MatrixPointer?
  private static let limit = 1 << 16

  /// Rotations of the rows of `target`, whose row stride is a multiple of 8 at least as long as its rows; with
  /// nil they are dropped.
  init(of target: MatrixPointer?) {
    self.target = target
  }

  /// Starts a sweep at row `first` that goes on by `step`.
  mutating func begin(at first: Int, step: Int) {
    guard target != nil else { return }
    sweeps.append(surprisal_sweep(first: first, step: step, count: 0, offset: pairs.count / 2))
  }

  /// The next rotation of the sweep: (p, q) becomes (c p + s q, c q − s p).
  mutating func append(cosine: Double, sine: Double) {
    guard target != nil else { return }
    pairs.append(cosine)
    pairs.append(sine)
    sweeps[sweeps.count - 1].count += 1
  }

  /// Ends a sweep.
  mutating func end() {
    if pairs.count > PlaneRotations.limit { apply() }
  }

  /// Applies what has been gathered.
  mutating func apply() {
    if let target {
      surprisal_rotate_rows(sweeps.count, sweeps, pairs, target.base, target.rowStride, (target.columns + 7) / 8 * 8)
    }
    sweeps.removeAll(keepingCapacity: true)
    pairs.removeAll(keepingCapacity: true)
  }

  /// The row stride that a matrix of `columns` columns needs to be rotated.
  static func stride(_ columns: Int) -> Int { (columns + 7) / 8 * 8 }
}

/// (c, s, r) with c f + s g = r and c g − s f = 0; the larger of f and g sets the scale.
func planeRotation(_ f: Double, _ g: Double) -> (cosine: Double, sine: Double, length: Double) {
  if g == 0 { return (1, 0, f) }
  if f == 0 { return (0, 1, g) }
  if f.magnitude > g.magnitude {
    let ratio = g / f
    let root = (1 + ratio * ratio).squareRoot()
    return (1 / root, ratio / root, f * root)
  }
  let ratio = f / g
  let root = (1 + ratio * ratio).squareRoot()
  return (ratio / root, 1 / root, g * root)
}
