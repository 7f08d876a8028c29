import SurprisalCore
import SurprisalTensors

/// What the tests of linear algebra share. u = 2⁻⁵³.
enum Matrices {
  /// Dimensions on both sides of every block size.
  static let sizes = [1, 2, 3, 5, 8, 9, 16, 31, 32, 33, 63, 64, 65, 100, 127, 129, 200]

  /// Standard normal numbers, the same in every run.
  static func normal(_ shape: [Int], seed: Int = 0) -> Tensor {
    var generator = RandomGenerator(seed: UInt64(seed), stream: UInt64(shape.reduce(7) { 31 * $0 + $1 }))
    var source = NormalSource()
    return Tensor((0..<shape.reduce(1, *)).map { _ in source.next(using: &generator) }, shape: shape)
  }

  /// A symmetric positive-definite matrix with eigenvalues of about 1 to 5.
  static func positive(_ n: Int) -> Tensor {
    let x = normal([n, n], seed: 3)
    return x.matmul(x.transposed()) * (1 / Double(n)) + identity(n)
  }

  static func symmetric(_ n: Int) -> Tensor { symmetrized(normal([n, n], seed: 5)) }

  static func identity(_ n: Int) -> Tensor { Tensor(identity: n, dtype: .float64) }

  /// 1 / (i + j + 1): a condition number of about 33ⁿ.
  static func hilbert(_ n: Int) -> Tensor {
    Tensor((0..<n * n).map { 1 / Double($0 / n + $0 % n + 1) }, shape: [n, n])
  }

  /// √Σ x², by a power of two so that nothing overflows.
  static func size(_ x: Tensor) -> Double {
    let values = x.scalars(as: Double.self)
    let largest = values.map(\.magnitude).max() ?? 0
    guard largest > 0, largest.isFinite else { return largest }
    return values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot() * largest
  }

  /// |a − b| / |b| in units of u, Frobenius norms.
  static func distance(_ a: Tensor, _ b: Tensor) -> Double {
    let difference = size(a - b)
    return difference == 0 ? 0 : difference / size(b) / 0x1p-53
  }

  /// |QᵀQ − 1| in units of u.
  static func departureFromOrthogonality(_ q: Tensor) -> Double {
    size(q.transposed().matmul(q) - identity(q.shape[1])) / 0x1p-53
  }

  static func bits(_ x: Tensor) -> [UInt64] { x.scalars(as: Double.self).map(\.bitPattern) }
}
