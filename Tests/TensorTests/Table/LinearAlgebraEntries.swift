import SurprisalTensors

let linearAlgebraEntries: [OperationEntry] = [
  matrixEntry("cholesky", "cholesky()") { x, _ in [try symmetrized(x[0]).cholesky()] },
  matrixEntry("triangularSolve", "triangularSolve(_:lower:transposed:unitDiagonal:)") { x, a in
    [
      x[0].triangularSolve(
        x[1], lower: a.bool("lower"), transposed: a.bool("transposed"), unitDiagonal: a.bool("unit"))
    ]
  },
  matrixEntry("solve", "solve(_:)") { x, _ in [try x[0].solve(x[1])] },
  matrixEntry("inverse", "inverse()") { x, _ in [try x[0].inverse()] },
  matrixEntry("determinant", "determinant()") { x, _ in [x[0].determinant()] },
  matrixEntry("logDeterminant", "logDeterminant()") { x, _ in
    let (sign, logMagnitude) = x[0].logDeterminant()
    return [sign, logMagnitude]
  },
  matrixEntry("symmetricEigen", "symmetricEigen()") { x, _ in
    let (values, vectors) = try symmetrized(x[0]).symmetricEigen()
    return [values, spectralProduct(values: values, vectors: vectors)]
  },
  matrixEntry("symmetricEigen", "symmetricEigenvalues()") { x, _ in
    let (values, vectors) = try symmetrized(x[0]).symmetricEigen()
    return [try symmetrized(x[0]).symmetricEigenvalues(), spectralProduct(values: values, vectors: vectors)]
  },
  matrixEntry("svd", "svd()") { x, _ in
    let (u, s, vt) = try x[0].svd()
    return [s, spectralProduct(u, s, vt)]
  },
  matrixEntry("svd", "singularValues()") { x, _ in
    let (u, s, vt) = try x[0].svd()
    return [try x[0].singularValues(), spectralProduct(u, s, vt)]
  },
  matrixEntry("qr", "qr()") { x, _ in
    let (q, r) = x[0].qr()
    return [q, r]
  },
  matrixEntry("leastSquares", "leastSquares(_:)") { x, _ in [try x[0].leastSquares(x[1])] },
  matrixEntry("leastSquares", "pseudoinverse()") { x, _ in [try x[0].pseudoinverse().matmul(x[1])] },
]

/// An operation on matrices of float64 and float32. An error it throws gives no outputs, which fails every comparison
/// with a reference; repeating an input makes some matrices singular, with and without strides.
private func matrixEntry(
  _ name: String, _ function: String, _ apply: @escaping @Sendable ([Tensor], Attributes) throws -> [Tensor]
) -> OperationEntry {
  OperationEntry(name, function, tolerances: .decompositions, narrowTypes: [.float32]) { x, attributes in
    (try? apply(x, attributes)) ?? []
  }
}
