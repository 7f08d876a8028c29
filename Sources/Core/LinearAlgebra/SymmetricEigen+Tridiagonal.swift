extension SymmetricEigen {
  /// Householder reduction of `a` to tridiagonal form, then implicit QL with Wilkinson's shift.
  ///
  /// `vectors` enters as the identity and leaves with eigenvectors as rows. `scratch` holds
  /// 2·`dimension` numbers: the subdiagonal and one work vector.
  static func tridiagonalQL(
    _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>,
    vectors: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>, _ dimension: Int
  ) -> Bool {
    let subdiagonal = scratch
    reduce(a, subdiagonal: subdiagonal, work: scratch + dimension, dimension)
    for index in 0..<dimension { values[index] = a[index * dimension + index] }
    accumulate(a, vectors, dimension)
    return implicitQL(values, subdiagonal, vectors, dimension)
  }

  /// Row k of `a` right of the diagonal becomes the Householder vector v_k with H_k = 1 − v vᵀ, |v|² = 2
  /// (v = 0 where none is needed), and `subdiagonal[k]` the entry that H_k leaves beside the diagonal.
  private static func reduce(
    _ a: UnsafeMutablePointer<Double>, subdiagonal: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>, _ n: Int
  ) {
    for k in 0..<(n - 1) {
      let start = k + 1
      let length = n - start
      let v = a + k * n + start
      let tail = Dense.dot(v + 1, v + 1, length - 1)
      // Below this the entries are negligible beside the matrix, whose largest entry is about 1.
      if tail < 0x1p-960 {
        subdiagonal[k] = v[0]
        v.update(repeating: 0, count: length)
        continue
      }
      let norm = (v[0] * v[0] + tail).squareRoot()
      let target = v[0] > 0 ? -norm : norm
      subdiagonal[k] = target
      v[0] -= target
      // |v|² = v0² + tail after the shift; scale it to 2.
      let factor = (2 / (v[0] * v[0] + tail)).squareRoot()
      for index in 0..<length { v[index] *= factor }
      for row in 0..<length {
        work[row] = Dense.dot(a + (start + row) * n + start, v, length)
      }
      let half = 0.5 * Dense.dot(work, v, length)
      for index in 0..<length { work[index] -= half * v[index] }
      for row in 0..<length {
        let target = a + (start + row) * n + start
        let left = v[row]
        let right = work[row]
        for column in 0..<length { target[column] -= left * work[column] + right * v[column] }
      }
    }
    subdiagonal[n - 1] = 0
  }

  /// V ← H_{n−2} … H_0, built from the last reflection so that only a trailing block is touched.
  private static func accumulate(
    _ a: UnsafePointer<Double>, _ vectors: UnsafeMutablePointer<Double>, _ n: Int
  ) {
    for k in stride(from: n - 2, through: 0, by: -1) {
      let start = k + 1
      let length = n - start
      let v = a + k * n + start
      for row in start..<n {
        let target = vectors + row * n + start
        Dense.addScaled(-Dense.dot(target, v, length), v, to: target, length)
      }
    }
  }

  private static func implicitQL(
    _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ vectors: UnsafeMutablePointer<Double>, _ n: Int
  ) -> Bool {
    for low in 0..<n {
      var iterations = 0
      while true {
        var high = low
        while high < n - 1 {
          let size = d[high].magnitude + d[high + 1].magnitude
          if e[high].magnitude <= 0x1p-53 * size || e[high].magnitude < 0x1p-1000 { break }
          high += 1
        }
        if high == low { break }
        iterations += 1
        if iterations > 60 { return false }
        chase(d, e, vectors, low: low, high: high, n)
      }
    }
    return true
  }

  /// One implicit QL step on the unreduced block `low ... high`.
  private static func chase(
    _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ vectors: UnsafeMutablePointer<Double>, low: Int, high: Int, _ n: Int
  ) {
    var g = (d[low + 1] - d[low]) / (2 * e[low])
    var r = hypotenuse(g, 1)
    g = d[high] - d[low] + e[low] / (g + (g >= 0 ? r : -r))
    var sine = 1.0
    var cosine = 1.0
    var p = 0.0
    for index in stride(from: high - 1, through: low, by: -1) {
      let f = sine * e[index]
      let b = cosine * e[index]
      r = hypotenuse(f, g)
      e[index + 1] = r
      if r == 0 {
        d[index + 1] -= p
        e[high] = 0
        return
      }
      sine = f / r
      cosine = g / r
      g = d[index + 1] - p
      r = (d[index] - g) * sine + 2 * cosine * b
      p = sine * r
      d[index + 1] = g + p
      g = cosine * r - b
      Dense.rotate(
        vectors + (index + 1) * n, vectors + index * n, n, cosine: cosine, sine: sine)
    }
    d[low] -= p
    e[low] = g
    e[high] = 0
  }

  private static func hypotenuse(_ x: Double, _ y: Double) -> Double {
    let large = max(x.magnitude, y.magnitude)
    guard large > 0 else { return 0 }
    let small = min(x.magnitude, y.magnitude) / large
    return large * (1 + small * small).squareRoot()
  }
}
