import SurprisalCore
import SurprisalModels
import SurprisalTensors
import Testing

/// Nadaraya–Watson regression against its closed form and its limits; examples.py has other numbers.
struct KernelRegressionTests {
  private let keys = Tensor([0.0, 0, 1, 0, 0, 2, 3, 1, -1, 2], shape: [5, 2])
  private let values = Tensor([1.0, 2, 4, 8, 16])

  private func expect(_ found: Tensor, _ expected: [Double], within tolerance: Double = 1e-14) {
    let numbers = found.scalars(as: Double.self)
    #expect(numbers.count == expected.count)
    #expect(zip(numbers, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }, "\(numbers)")
  }

  /// The closed form as it is written, by loops.
  @Test(arguments: KernelRegression.Kernel.allCases, [[1.5], [2, 0.75]])
  func equalsTheClosedForm(_ kernel: KernelRegression.Kernel, _ widths: [Double]) throws {
    let f = try KernelRegression(keys: keys, values: values, kernel: kernel, widths: widths)
    let queries = [[0.25, 0.5], [1, 0.5], [-0.5, 1.75]]
    let (rows, targets) = (keys.scalars(as: Double.self), values.scalars(as: Double.self))
    let expected = queries.map { query in
      var (sum, total) = (0.0, 0.0)
      for index in 0..<5 {
        let (dx, dy) = (query[0] - rows[2 * index], query[1] - rows[2 * index + 1])
        let (sx, sy) = (dx / widths[0], dy / widths[widths.count - 1])
        let u = (sx * sx + sy * sy).squareRoot()
        let alpha: Double
        switch kernel {
        case .gaussian: alpha = Tensor(-u * u / 2, dtype: .float64).exp().item
        case .boxcar: alpha = u <= 1 ? 1 : 0
        case .triangular: alpha = max(0, 1 - u)
        case .epanechikov: alpha = max(0, 1 - u * u)
        }
        sum += alpha * targets[index]
        total += alpha
      }
      return sum / total
    }
    let points = Tensor(queries.flatMap { $0 }, shape: [3, 2])
    expect(f(points), expected, within: 1e-13)
    expect(f.weights(points).sum(alongAxes: [1]), [1, 1, 1])
  }

  @Test(arguments: KernelRegression.Kernel.allCases)
  func limitsAreAveragePoolingAndLookUp(_ kernel: KernelRegression.Kernel) throws {
    let average = try KernelRegression(keys: keys, values: values, kernel: kernel, widths: [.infinity])
    expect(average(Tensor([40.0, -3], shape: [1, 2])), [31.0 / 5])
    for width in [1e-3, 1e-200, Double.leastNonzeroMagnitude] {
      let exact = try KernelRegression(keys: keys, values: values, kernel: kernel, widths: [width])
      expect(exact(keys), [1, 2, 4, 8, 16])
    }
    // A coordinate of infinite width does not count.
    let first = try KernelRegression(keys: keys, values: values, kernel: kernel, widths: [1e-9, .infinity])
    expect(first(Tensor([0.0, 50], shape: [1, 2])), [2.5])
  }

  /// Out of reach the nearest keys answer, all that are equally near.
  @Test(arguments: KernelRegression.Kernel.allCases)
  func outOfReachTheNearestAnswer(_ kernel: KernelRegression.Kernel) throws {
    let f = try KernelRegression(
      keys: Tensor([0.0, 1, 3]), values: Tensor([1.0, 2, 5, 6, 9, 9], shape: [3, 2]), kernel: kernel, widths: [1e-3])
    expect(f(Tensor([0.5, 100, 2])), [3, 4, 9, 9, 7, 7.5])
  }

  @Test func leaveOneOutIsTheLeast() throws {
    var generator = RandomGenerator(seed: 5)
    let x = Tensor.uniform(in: 0..<5, shape: [60, 1], dtype: .float64, using: &generator)
    let y = x.sin() + Tensor.normal(shape: [60, 1], dtype: .float64, using: &generator) * 0.2
    let candidates = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
    // Each row left out in turn, by a regression on the others.
    func error(_ width: Double) throws -> Double {
      try (0..<60).map { row in
        let others = Tensor((0..<60).filter { $0 != row })
        let f = try KernelRegression(keys: x.rows(at: others), values: y.rows(at: others), widths: [width])
        return (f(x[row..<row + 1]) - y[row]).square().item
      }.reduce(0, +) / 60
    }
    let errors = try candidates.map(error)
    let least = try #require(errors.min())
    let f = try KernelRegression(choosingWidths: x, values: y, candidates: candidates)
    #expect(f.widths == [candidates[try #require(errors.firstIndex(of: least))]])
    #expect(abs(try #require(f.leaveOneOutError) - least) < 1e-12)
    let finer = try KernelRegression(choosingWidths: x, values: y)
    #expect(try #require(finer.leaveOneOutError) <= least * 1.05)
  }

  /// A coordinate that says nothing gets a much larger width than the one that says all.
  @Test func everyCoordinateGetsItsWidth() throws {
    var generator = RandomGenerator(seed: 6)
    let x = Tensor.uniform(in: -2..<2, shape: [150, 2], dtype: .float64, using: &generator)
    let y = (3 * x[0..., 0]).sin()
    let common = try KernelRegression(choosingWidths: x, values: y)
    let own = try KernelRegression(choosingWidths: x, values: y, isPerCoordinate: true)
    #expect(common.widths.count == 1 && own.widths.count == 2)
    #expect(own.widths[1] > 5 * own.widths[0])
    #expect(try #require(own.leaveOneOutError) < 0.2 * (try #require(common.leaveOneOutError)))
  }

  @Test func classesAreOneHot() throws {
    let x = Tensor([0.0, 0.1, 0.2, 5, 5.1, 5.2])
    let f = try KernelRegression(choosingWidths: x, classes: [0, 0, 0, 2, 2, 2], count: 3, kernel: .boxcar)
    #expect(f.classes(Tensor([-1.0, 0.15, 5.05, 9])) == [0, 0, 2, 2])
    expect(f(Tensor([0.1])), [1, 0, 0])
    #expect(f.leaveOneOutError == 0)
  }

  @Test func faultsAreNamed() {
    func fails(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(fails { _ = try KernelRegression(keys: keys, values: values, widths: [1, 1, 1]) }.contains("2 coord"))
    #expect(fails { _ = try KernelRegression(keys: keys, values: values, widths: [0]) }.contains("widths"))
    #expect(fails { _ = try KernelRegression(keys: keys, values: values[..<4], widths: [1]) }.contains("5 keys"))
    #expect(fails { _ = try KernelRegression(keys: Tensor([Double.nan]), values: Tensor([1.0]), widths: [1]) } != "")
    #expect(fails { _ = try KernelRegression(keys: Tensor([1.0]), classes: [3], count: 2, widths: [1]) }.contains("3"))
    #expect(fails { _ = try KernelRegression(choosingWidths: Tensor([1.0]), values: Tensor([1.0])) }.contains("single"))
    #expect(fails { _ = try KernelRegression(choosingWidths: keys, values: values, candidates: []) } != "")
    #expect(fails { _ = try KernelRegression(keys: Tensor(zeros: [0, 2]), values: values, widths: [1]) } != "")
  }
}
