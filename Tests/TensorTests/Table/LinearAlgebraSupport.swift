import SurprisalTensors

// What the linear algebra cases compare where a result is not unique; the same functions as in
// Tests/References/Tensors/families/linear_algebra.py.

/// (x + xᵀ) / 2 over the last two axes: operations on symmetric matrices are given this, so that their gradient does
/// not depend on which triangle they read.
func symmetrized(_ x: Tensor) -> Tensor { (x + x.transposed()) * 0.5 }

/// V tanh(Λ) Vᵀ of eigenvalues [..., n] and eigenvectors [..., n, n] in columns: the same for every choice of signs.
func spectralProduct(values: Tensor, vectors: Tensor) -> Tensor {
  spectralProduct(vectors, values, vectors.transposed())
}

/// U tanh(S) Vᵀ of U [..., m, k], S [..., k] and Vᵀ [..., k, n]: the same for every choice of signs.
func spectralProduct(_ u: Tensor, _ s: Tensor, _ vt: Tensor) -> Tensor {
  (u * s.tanh().reshaped(to: s.shape.dropLast() + [1, s.shape.last ?? 1])).matmul(vt)
}
