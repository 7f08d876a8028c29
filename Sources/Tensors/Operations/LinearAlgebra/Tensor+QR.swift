extension Tensor {
  /// The thin QR factorization A = Q R of matrices [..., m, n]: Q [..., m, k] with orthonormal columns and upper
  /// triangular (trapezoidal) R [..., k, n] with a diagonal that is not negative, k = min(m, n).
  ///
  /// By Householder reflections (Golub and Van Loan 2013, §5.2). float32 is computed in float64 and rounded once.
  /// NaN and infinities give NaN.
  ///
  /// Derivative, where the first k columns are independent: Ā = (Q̄ + Q M) R⁻ᵀ with M = R R̄ᵀ − Q̄ᵀ Q, its lower
  /// triangle mirrored (Walter and Lehmann 2012; Seeger et al. 2017). For m < n this holds for the first m columns
  /// A₁ with Q̄ + A₂ R̄₂ᵀ in place of Q̄, and Ā₂ = Q R̄₂.
  public func qr() -> (q: Tensor, r: Tensor) {
    requireMatrices("qr")
    let results = differentiable([self]) { inputs in
      let (m, n) = (inputs[0].matrixRows, inputs[0].matrixColumns)
      let k = Swift.min(m, n)
      return Kernels.matrices(inputs, results: [[m, k], [k, n]]) { given, made in
        HouseholderQR.with(given[0]) { factored in
          withScratch(k, m) { transposed in
            factored.writeTransposedOrthogonal(to: transposed)
            made[0].copy(transposed.transposed)
          }
          factored.writeUpper(to: made[1])
        }
        return nil
      }.results
    } pullback: { inputs, outputs in
      let (a, q, r) = (inputs[0], outputs[0], outputs[1])
      return { gs, _ in [qrCotangent(a, q, r, gs[0], gs[1]?.upperTriangle())] }
    }
    return (results[0], results[1])
  }
}

private func qrCotangent(_ a: Tensor, _ q: Tensor, _ r: Tensor, _ gq: Tensor?, _ gr: Tensor?) -> Tensor? {
  let k = r.matrixRows
  let square = r.sliced(0..<k, alongAxis: -1)
  guard a.matrixColumns > k else { return squareCotangent(q, square, gq, gr) }
  let rest = gr?.sliced(k..<a.matrixColumns, alongAxis: -1)
  let carried = rest.map { a.sliced(k..<a.matrixColumns, alongAxis: -1).matmul($0.transposed()) }
  let ofSquare = gr?.sliced(0..<k, alongAxis: -1)
  guard let first = squareCotangent(q, square, sumOfGiven(gq, carried), ofSquare) else { return nil }
  let others = rest.map { q.matmul($0) }
  return Tensor(
    concatenating: [
      first, others ?? Tensor(zeros: a.shape.dropLast() + [a.matrixColumns - k], dtype: a.dtype),
    ], alongAxis: -1)
}

/// The rule for R [..., k, k].
private func squareCotangent(_ q: Tensor, _ r: Tensor, _ gq: Tensor?, _ gr: Tensor?) -> Tensor? {
  let fromR = gr.map { r.matmul($0.transposed()) }
  let fromQ = gq.map { -$0.transposed().matmul(q) }
  guard let m = sumOfGiven(fromR, fromQ) else { return nil }
  let mirrored = m.lowerTriangle() + m.lowerTriangle(diagonal: -1).transposed()
  guard let total = sumOfGiven(gq, q.matmul(mirrored)) else { return nil }
  return r.triangularSolve(total.transposed(), lower: false).transposed()
}
