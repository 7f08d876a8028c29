import Surprisal

/// Dropout makes numbers 0 with probability p and divides the others by 1 − p, so that the mean stays; in inference it
/// does nothing.
func dropout() throws {
  let x = Tensor(ones: [100_000], dtype: .float64)
  for probability in [0.2, 0.5] {
    var layer = Dropout(probability: probability)
    var pass = Pass.training(using: RandomGenerator(seed: 9))
    let y = layer.forward(x, &pass)
    let dropped = (y .== 0).converted(to: .float64).mean().item
    print(
      "p = \(show(probability, 1)): dropped \(show(dropped * 100, 3)) %, others \(show(y.max().item, 2)), "
        + "mean \(show(y.mean().item, 4)), variance \(show(y.variance().item, 4)) "
        + "(p / (1 − p) = \(show(probability / (1 - probability), 4)))")
    print("p = \(show(probability, 1)), in inference: largest change \(show((layer(x) - x).abs().max().item))")
  }
}
