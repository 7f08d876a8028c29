import Surprisal

/// n pixels with p of padding in all, seen through windows of k at distances of s, give ⌊(n − k + p + s) / s⌋ outputs.
func paddingAndStride() throws {
  for (n, k, p, s) in [(8, 3, 2, 1), (8, 5, 4, 1), (8, 3, 2, 2), (8, 3, 0, 3), (8, 5, 2, 4)] {
    let x = Tensor(ones: [1, 1, n])
    let y = x.convolution1d(weight: Tensor(ones: [1, 1, k]), stride: s, padding: Padding1D(p / 2))
    print("n = \(n), k = \(k), p = \(p), s = \(s): \(y.shape[2]) outputs, by the formula \((n - k + p + s) / s)")
  }
  var (agreeing, all) = (0, 0)
  for n in 4...9 {
    for k in 1...4 {
      for (before, after) in [(0, 0), (1, 0), (1, 1), (2, 1)] {
        for s in 1...4 {
          let x = Tensor(ones: [1, 1, n])
          let y = x.convolution1d(
            weight: Tensor(ones: [1, 1, k]), stride: s, padding: Padding1D(before: before, after: after))
          all += 1
          if y.shape[2] == (n - k + before + after + s) / s { agreeing += 1 }
        }
      }
    }
  }
  print("the formula holds for \(agreeing) of \(all) sizes, kernels, paddings and strides")

  // The library takes the padding of each side: 0 rows and 1 column here, so that p is 0 and 2.
  let image = Tensor(ones: [1, 1, 8, 8])
  let y = image.convolution2d(
    weight: Tensor(ones: [1, 1, 3, 5]), stride: Size2D(height: 3, width: 4), padding: Padding2D(height: 0, width: 1))
  print("8 × 8 by 3 × 5, stride 3 × 4: \(y.shape[2]) × \(y.shape[3])")
}
