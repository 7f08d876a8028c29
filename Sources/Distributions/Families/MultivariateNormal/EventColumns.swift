import SurprisalCore
import SurprisalTensors

/// Vectors [..., batchShape, D] laid out as the columns of one matrix for each member of the batch, so that each member's
/// own matrix meets all of its vectors in one product or one solution.
struct EventColumns {
  /// The axes in front of the batch.
  let sampleShape: [Int]
  /// The batch, broadcast with what the vectors have in its place.
  let batchShape: [Int]
  /// [batchShape, D, samples].
  let columns: Tensor

  /// - Precondition: x broadcasts together with [batchShape, count].
  init(_ x: Tensor, batchShape: [Int], count: Int, _ family: String) {
    guard let shape = broadcastShape(x.shape, batchShape + [count]), shape.last == count else {
      preconditionFailure("\(family): events of shape \(x.shape) do not fit \(batchShape) members of [\(count)]")
    }
    let batchCount = batchShape.count
    sampleShape = Array(shape.dropLast(batchCount + 1))
    self.batchShape = Array(shape.dropLast().suffix(batchCount))
    let samples = sampleShape.reduce(1, *)
    let rows = x.broadcast(to: shape).reshaped(to: [samples] + self.batchShape + [count])
    columns = rows.permuted(Array(1...(batchCount + 1)) + [0])
  }

  /// One number for each vector, [batchShape, samples], in the order of the events.
  func restored(_ numbers: Tensor) -> Tensor {
    let last = batchShape.count
    return numbers.permuted([last] + Array(0..<last)).reshaped(to: sampleShape + batchShape)
  }

  /// One vector for each column, [batchShape, n, samples], in the order of the events.
  func restored(vectors: Tensor) -> Tensor {
    let last = batchShape.count + 1
    let count = vectors.shape[last - 1]
    return vectors.permuted([last] + Array(0..<last)).reshaped(to: sampleShape + batchShape + [count])
  }
}

extension Tensor {
  /// x with the mean in place of elements so many standard deviations away that the density of a normal distribution of
  /// this variance is exactly 0 in the type, and where a vector along the last axis had one: no derivative reaches it.
  func replacingFar(from mean: Tensor, variance: Tensor) -> (near: Tensor, wasFar: Tensor) {
    let distance = (withoutDerivative() - mean.withoutDerivative()).abs()
    let isFar = distance / variance.withoutDerivative().squareRoot() .> (distance.dtype == .float32 ? 1e20 : 1e155)
    return (Tensor(where: isFar, mean, else: self), isFar.any(alongAxes: [-1]))
  }

  /// A matrix [..., n, n] with this vector [..., n] on its diagonal.
  var asDiagonalMatrix: Tensor { expandingAxis(-1) * Tensor(identity: shape[rank - 1], dtype: dtype) }
}

extension Checks {
  /// The parameters in their common type, each of its own event shape behind a common batch shape.
  ///
  /// - Throws: `usage` with the shapes if they do not fit.
  static func promoted(
    _ family: String, _ parameters: [(name: String, value: Tensor, eventShape: [Int])]
  ) throws -> [Tensor] {
    var batch: [Int]? = []
    for (_, value, eventShape) in parameters {
      let isEvent = value.rank >= eventShape.count && Array(value.shape.suffix(eventShape.count)) == eventShape
      batch = isEvent ? batch.flatMap { broadcastShape($0, Array(value.shape.dropLast(eventShape.count))) } : nil
    }
    guard let batch else {
      let shapes = parameters.map { "\($0.name) \($0.value.shape)" }.joined(separator: ", ")
      throw SurprisalError(.usage, "\(family): the shapes of \(shapes) do not fit together")
    }
    let dtype = try dtype(family, parameters.map { ($0.name, $0.value) })
    return parameters.map { _, value, eventShape in
      let wide = value.converted(to: dtype)
      return wide.shape == batch + eventShape ? wide : wide.broadcast(to: batch + eventShape)
    }
  }

  /// The extent D of a vector [..., D] of at least one number.
  static func extent(_ family: String, _ name: String, _ vector: Tensor) throws -> Int {
    guard let extent = vector.shape.last, extent > 0 else {
      throw SurprisalError(.usage, "\(family): \(name) has the shape \(vector.shape), it must be [..., D] with D > 0")
    }
    return extent
  }

  /// The Cholesky factor of symmetric positive definite matrices.
  ///
  /// - Throws: `usage` for matrices that are not, or not within 8 D ε of their largest magnitude.
  static func choleskyFactor(_ family: String, _ name: String, _ matrix: Tensor) throws -> Tensor {
    try finite(family, name, matrix)
    guard matrix.count > 0 else { return matrix }
    let plain = matrix.withoutDerivative()
    let extent = Double(matrix.shape[matrix.rank - 1])
    let tolerance = plain.abs().max(alongAxes: [-2, -1], keepingAxes: true) * (8 * extent * matrix.dtype.epsilon)
    let isSymmetric = (plain - plain.transposed()).abs() .<= tolerance
    try require(isSymmetric, family, name, matrix, mustBe: "equal to the element across the diagonal")
    do {
      return try matrix.cholesky()
    } catch {
      throw SurprisalError(.usage, "\(family): \(name) is not positive definite (\(error))")
    }
  }

  /// Every matrix is lower triangular with a positive diagonal.
  static func lowerTriangular(_ family: String, _ name: String, _ matrix: Tensor) throws {
    try finite(family, name, matrix)
    let plain = matrix.withoutDerivative()
    try require(plain .== plain.lowerTriangle(), family, name, matrix, mustBe: "0 above the diagonal")
    try require(
      (plain .> 0) .| (Tensor(identity: matrix.shape[matrix.rank - 1]) .== 0), family, name, matrix,
      mustBe: "above 0 on the diagonal")
  }
}

extension DType {
  /// The distance from 1 to the next number.
  var epsilon: Double { self == .float64 ? 0x1p-52 : 0x1p-23 }
}
