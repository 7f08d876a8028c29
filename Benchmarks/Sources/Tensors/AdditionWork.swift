import Surprisal

/// The sum of two tensors of 16 elements: what an operation costs beside its arithmetic.
///
/// If `both`, Σ (a + b) with its derivatives by a and b: two operations, their tape and two rules.
struct AdditionWork: TensorWork {
  var both: Bool
  private let a = SharedInputs.numbers([16], seed: 1)
  private let b = SharedInputs.numbers([16], seed: 2)

  init(both: Bool) { self.both = both }

  func step() -> [Tensor] {
    if !both { return [a + b] }
    let gradients = valueAndGradient(of: a, b) { ($0 + $1).sum() }.gradients
    return [gradients.0, gradients.1]
  }
}
