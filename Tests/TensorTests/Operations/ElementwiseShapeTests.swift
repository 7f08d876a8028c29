import SurprisalTensors
import Testing

/// Broadcasting on every path of the kernels' layer, and what happens where shapes do not fit.
struct ElementwiseShapeTests {
  private func numbers(_ shape: [Int], from first: Int) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { Double(first + $0) }, shape: shape)
  }

  /// a − b by indices, for shapes whose broadcast is `shape`.
  private func difference(_ a: Tensor, _ b: Tensor, _ shape: [Int]) -> [Double] {
    let (aValues, bValues) = (a.doubles, b.doubles)
    func place(_ index: [Int], _ own: [Int]) -> Int {
      zip(own, index.suffix(own.count)).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
    }
    return (0..<shape.reduce(1, *)).map { flat in
      var rest = flat
      var index = shape
      for axis in shape.indices.reversed() {
        index[axis] = rest % shape[axis]
        rest /= shape[axis]
      }
      return aValues[place(index, a.shape)] - bValues[place(index, b.shape)]
    }
  }

  @Test(arguments: [
    ([], [], []), ([3], [], [3]), ([], [2, 3], [2, 3]), ([2, 3], [3], [2, 3]), ([3], [2, 3], [2, 3]),
    ([2, 3], [2, 1], [2, 3]), ([1, 3], [2, 1], [2, 3]), ([4, 1, 3], [2, 1], [4, 2, 3]), ([1], [1, 1], [1, 1]),
    ([1, 1], [3], [1, 3]), ([0, 3], [3], [0, 3]), ([0, 3], [1, 3], [0, 3]), ([2, 0], [], [2, 0]), ([0], [1], [0]),
    ([5, 2, 3], [2, 3], [5, 2, 3]), ([2, 3], [1, 1, 3], [1, 2, 3]),
  ]) func broadcasts(_ a: [Int], _ b: [Int], _ shape: [Int]) {
    let (x, y) = (numbers(a, from: 1), numbers(b, from: 100))
    let z = x - y
    #expect(z.shape == shape && z.doubles == difference(x, y, shape))
    #expect((x .< y).shape == shape && (x .< y).all().item == 1)
    let gradients = valueAndGradient(of: x, y) { ($0 - $1).sum() }.gradients
    let count = Double(shape.reduce(1, *))
    #expect(gradients.0.shape == a && gradients.1.shape == b)
    let each = { (own: [Int]) in own.contains(0) ? 0 : count / Double(own.reduce(1, *)) }
    #expect(gradients.0.doubles.allSatisfy { $0 == each(a) })
    #expect(gradients.1.doubles.allSatisfy { $0 == -each(b) })
  }

  @Test func shapesThatDoNotFitStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(ones: [2, 3]) + Tensor(ones: [2]) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(where: Tensor([true, false]), Tensor(ones: [3]), else: Tensor(ones: [3]))
    }
  }
}

extension Tensor {
  /// The elements as `Double`.
  var doubles: [Double] { scalars(as: Double.self) }
}
