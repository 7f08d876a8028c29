import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Initializers against PyTorch's (Tests/References/Networks/initializers.py) and by their moments.
///
/// Every bound is 5.5 standard errors wide: with seeds fixed nothing is drawn by chance, but a sound generator would
/// fail one of the about 120 checks with probability 5e-6.
struct InitializerTests {
  struct Reference: Decodable, Sendable {
    struct Shape: Decodable, Sendable, CustomTestStringConvertible {
      let shape: [Int]
      let fans: [Int]
      let deviations: [String: Double]
      var testDescription: String { "\(shape)" }
    }
    let gains: [String: Double]
    let shapes: [Shape]
  }

  static let reference = Result {
    let path = URL(filePath: #filePath).appending(path: "../../../References/Networks/initializers.json")
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: path.standardizedFileURL))
  }
  static let shapes = (try? reference.get().shapes) ?? []

  static let laws: [String: Initializer] = [
    "xavierUniform": .xavierUniform(), "xavierUniformTanh": .xavierUniform(gain: Nonlinearity.tanh.gain),
    "xavierNormal": .xavierNormal(), "kaimingUniform": .kaimingUniform(), "kaimingNormal": .kaimingNormal(),
    "kaimingNormalOut": .kaimingNormal(mode: .fanOut),
    "kaimingNormalLeaky": .kaimingNormal(for: .leakyReLU(slope: 0.5)),
    "truncatedNormal": .truncatedNormal(mean: 0.1, standardDeviation: 0.02, cutoff: 1.5),
  ]

  @Test func gainsAreTorchs() throws {
    let gains = try InitializerTests.reference.get().gains
    let own: [String: Nonlinearity] = [
      "linear": .linear, "sigmoid": .sigmoid, "tanh": .tanh, "relu": .relu, "leakyReLU": .leakyReLU(slope: 0.2),
      "selu": .selu,
    ]
    #expect(gains.count == own.count)
    for (name, gain) in gains { #expect(abs((own[name]?.gain ?? 0) - gain) < 1e-12, "\(name)") }
  }

  @Test(arguments: shapes) func fansAndDeviationsAreTorchs(_ reference: Reference.Shape) throws {
    let fan = Fan(shape: reference.shape)
    #expect([fan.inputs, fan.outputs] == reference.fans)
    #expect(reference.deviations.count == InitializerTests.laws.count)
    for (index, (name, law)) in InitializerTests.laws.sorted(by: { $0.key < $1.key }).enumerated() {
      var generator = RandomGenerator(seed: 17, stream: UInt64(index))
      let values = law.tensor(shape: reference.shape, dtype: .float64, using: &generator).scalars(as: Double.self)
      let center = name == "truncatedNormal" ? 0.1 : 0
      let wanted = try #require(reference.deviations[name])
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let deviation = (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / count).squareRoot()
      #expect(abs(mean - center) < 5.5 * wanted / count.squareRoot(), "\(name) mean \(mean)")
      // No law here has a larger fourth moment than the normal; the reference has its own error.
      let error = (0.5 / count + 0.5 / 4e6).squareRoot()
      #expect(abs(deviation / wanted - 1) < 5.5 * error, "\(name): \(deviation), not \(wanted)")
      if name.contains("Uniform") { #expect((values.map(abs).max() ?? 0) <= wanted * 3.01.squareRoot()) }
      if name == "truncatedNormal" { #expect(values.allSatisfy { abs($0 - 0.1) <= 0.03 + 1e-12 }) }
    }
  }

  @Test(arguments: [[6, 4], [4, 6], [5, 5], [3, 2, 2, 2], [8, 2, 3]]) func orthogonalIsOrthogonal(_ shape: [Int]) {
    var generator = RandomGenerator(seed: 4)
    let drawn = Initializer.orthogonal(gain: 1.5).tensor(shape: shape, dtype: .float64, using: &generator)
    #expect(drawn.shape == shape)
    let matrix = drawn.reshaped(to: [shape[0], -1])
    let isTall = matrix.shape[0] >= matrix.shape[1]
    let product = isTall ? matrix.transposed().matmul(matrix) : matrix.matmul(matrix.transposed())
    let identity = Tensor(identity: product.shape[0], dtype: .float64) * 2.25
    #expect((product - identity).abs().max().item < 1e-13)
  }

  /// Reflections alone would always give a 1×1 matrix one sign; it is that of the number drawn. 200 draws of a fair sign fall outside 60…140 with probability 2e-8.
  @Test func orthogonalFavorsNoSign() {
    var generator = RandomGenerator(seed: 4)
    let positive = (0..<200).count { _ in
      Initializer.orthogonal().tensor(shape: [1, 1], dtype: .float64, using: &generator).item > 0
    }
    #expect((60...140).contains(positive))
  }

  /// Layers are drawn as PyTorch draws them: uniform within ±1/√(fan-in), biases too.
  @Test func layersStartAsTorchs() throws {
    var generator = RandomGenerator(seed: 5)
    let layers: [(any Layer, Double)] = [
      (Linear(inputs: 400, outputs: 200, using: &generator), 1 / 20),
      (Conv2d(inputs: 32, outputs: 64, kernel: 5, groups: 2, using: &generator), 1 / 20),
      (ConvTransposed2d(inputs: 64, outputs: 32, kernel: 5, groups: 2, using: &generator), 1 / 20),
      (Conv1d(inputs: 20, outputs: 300, kernel: 5, using: &generator), 1 / 10),
    ]
    for (layer, bound) in layers {
      let inventory = try Inventory(layer)
      #expect(inventory.parameters.count == 2)
      for (_, tensor) in inventory.parameters {
        let values = tensor.scalars(as: Double.self)
        let most = values.map(abs).max() ?? 0
        #expect(most <= bound * (1 + 1e-6) && most > bound * 0.8)
        let deviation = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        let wanted = bound / 3.0.squareRoot()
        #expect(abs(deviation / wanted - 1) < 5.5 * (0.5 / Double(values.count)).squareRoot())
      }
    }
    var table = Embedding(entries: 300, features: 100, paddingIndex: 7, dtype: .float64, using: &generator)
    #expect(table.weight[7].abs().max().item == 0)
    #expect(abs(table.weight.standardDeviation().item - 1) < 0.03)
    table.initialize(with: .constant(2), using: &generator)
    #expect(table.weight.min().item == 2)
  }

  /// What the caller chooses by path is drawn anew, in its type; the rest stays. The generator moves on.
  @Test func parametersAreChosenByPath() throws {
    var generator = RandomGenerator(seed: 6)
    var model = Sequential(
      Linear(inputs: 3, outputs: 4, dtype: .float64, using: &generator), BatchNorm(channels: 4),
      Linear(inputs: 4, outputs: 2, using: &generator))
    let before = model
    let start = generator
    model.initialize(with: .normal(standardDeviation: 0.1), using: &generator)
    #expect(generator != start)
    func values(_ model: Sequential) throws -> [String: [Double]] {
      Dictionary(uniqueKeysWithValues: try Inventory(model).parameters.map { ($0.name, $0.tensor.scalars()) })
    }
    let (old, new) = (try values(before), try values(model))
    #expect(Set(old.keys.filter { old[$0] != new[$0] }) == ["0.weight", "2.weight"])
    #expect((model.layers[0] as? Linear)?.weight.dtype == .float64)
    model.initialize(with: .zeros, where: { path, _ in path == "2.bias" }, using: &generator)
    let last = try values(model)
    #expect(last["2.bias"] == [0, 0] && last["0.bias"] == old["0.bias"] && last["2.weight"] == new["2.weight"])
  }
}
