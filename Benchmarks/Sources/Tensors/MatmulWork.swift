import Surprisal

/// c = a·b, a [m, k], b [k, n].
struct MatmulWork: TensorWork {
  let a: Tensor
  let b: Tensor

  init(m: Int, k: Int, n: Int) {
    a = SharedInputs.numbers([m, k], seed: 1)
    b = SharedInputs.numbers([k, n], seed: 2)
  }

  func step() -> [Tensor] { [a.matmul(b)] }
}
