import Surprisal

/// A window slides over the image as in a convolution, but without weights: it gives the largest number or the mean.
func pooling() throws {
  let image = Tensor(range: 0..<9, dtype: .float64).reshaped(to: [1, 1, 3, 3])
  print("largest of 2 × 2, stride 1: \(show(image.maxPool2d(kernel: 2, stride: 1)[0, 0]))")
  print("mean of 2 × 2, stride 1: \(show(image.averagePool2d(kernel: 2, stride: 1)[0, 0]))")
  let larger = Tensor(range: 0..<16, dtype: .float64).reshaped(to: [1, 1, 4, 4])
  print("largest of 3 × 3, side by side: \(show(larger.maxPool2d(kernel: 3)[0, 0]))")
  print("with padding 1 and stride 2: \(show(larger.maxPool2d(kernel: 3, stride: 2, padding: 1)[0, 0]))")
  // An edge that moves within its window is found at the same place.
  let edges = [0, 1].map { place -> Tensor in
    var row = [0.0, 0, 0, 0]
    row[place] = 1
    return Tensor(row, shape: [1, 1, 4]).maxPool1d(kernel: 2)[0, 0]
  }
  print("an edge at pixel 0: \(show(edges[0])), at pixel 1: \(show(edges[1]))")
  // Each channel is pooled by itself.
  let pair = Tensor(concatenating: [image, image + 1], alongAxis: 1)
  print("shape of two channels pooled: \(pair.maxPool2d(kernel: 2, stride: 1).shape)")
}
