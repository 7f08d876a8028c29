import CSurprisalKernels

/// Householder reflections H = 1 − v vᵀ with |v|² = 2, or v = 0 where none is needed.
enum Reflection {
  /// Turns x into the v that maps it to a multiple of the first unit vector, and gives that multiple α, of
  /// the sign opposite to x₀. The entries of x must not be larger than about 1.
  static func make(_ x: UnsafeMutablePointer<Double>, _ count: Int) -> Double {
    guard count > 0 else { return 0 }
    let first = x[0]
    let tail = surprisal_dot(count - 1, x + 1, x + 1)
    // Entries this small are nothing beside those of size 1 elsewhere in the matrix.
    if tail < 0x1p-960 {
      x.update(repeating: 0, count: count)
      return first
    }
    let norm = (first * first + tail).squareRoot()
    let target = first > 0 ? -norm : norm
    x[0] = first - target
    let scale = 1 / (norm * (norm + first.magnitude)).squareRoot()
    for i in 0..<count { x[i] *= scale }
    return target
  }
}

/// The product H₁ H₂ … H_b = 1 − Vᵀ T V of reflections whose vectors are the rows of V [b, m].
///
/// For vectors of length √2 the inverse of T is the unit upper triangle of V Vᵀ (Joffrain et al. 2006), so
/// that T need not be formed: it is applied by substitution.
struct BlockReflector {
  let v: MatrixPointer
  let gram: MatrixPointer

  /// Lends the block reflector of rows `range` of `vectors`, where row i counts from column i + `shift` on and
  /// what stands left of that belongs to others. The block acts on coordinates from `range.lowerBound + shift`.
  static func with(
    _ vectors: MatrixPointer, _ range: Range<Int>, shift: Int = 0, _ body: (BlockReflector) -> Void
  ) {
    let first = range.lowerBound + shift
    let count = range.count
    let length = vectors.columns - first
    withScratch(count, length) { v in
      v.copy(vectors.block(range, first..<vectors.columns))
      for i in 0..<count {
        for j in 0..<min(i, length) { v[i, j] = 0 }
      }
      withScratch(count, count) { gram in
        gram.product(v, v.transposed)
        body(BlockReflector(v: v, gram: gram))
      }
    }
  }

  /// Each row x of c [k, m] becomes H₁ H₂ … H_b x or, `reversed`, H_b … H₂ H₁ x.
  func apply(toRowsOf c: MatrixPointer, reversed: Bool) {
    withScratch(v.rows, c.rows) { z in
      z.product(v, c.transposed)
      if reversed {
        TriangularSystem.solve(gram.transposed, lower: true, unit: true, z)
      } else {
        TriangularSystem.solve(gram, lower: false, unit: true, z)
      }
      c.subtractProduct(z.transposed, v)
    }
  }

  static let width = 32

  /// Each row x of c becomes Q x, with Q the product of all reflections in `vectors`, the first leftmost.
  ///
  /// With `growing`, row i of c starts as the unit vector i: then only rows from a block's first coordinate on
  /// are touched, since the others have zeros there.
  static func applyAll(_ vectors: MatrixPointer, shift: Int = 0, toRowsOf c: MatrixPointer, growing: Bool = false) {
    let count = vectors.rows
    for start in stride(from: (count - 1) / width * width, through: 0, by: -width) where count > 0 {
      let first = start + shift
      with(vectors, start..<min(start + width, count), shift: shift) { block in
        block.apply(
          toRowsOf: c.block((growing ? min(first, c.rows) : 0)..<c.rows, first..<c.columns), reversed: false)
      }
    }
  }

  /// Each row x of c becomes Qᵀ x.
  static func applyAllReversed(_ vectors: MatrixPointer, toRowsOf c: MatrixPointer) {
    for start in stride(from: 0, to: vectors.rows, by: width) {
      with(vectors, start..<min(start + width, vectors.rows)) { block in
        block.apply(toRowsOf: c.block(0..<c.rows, start..<c.columns), reversed: true)
      }
    }
  }
}
