import Foundation
import SurprisalCore
import SurprisalModels
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Closed forms and cross-validation against scikit-learn.
@Suite struct RegressionTests {
  struct Reference: Decodable {
    struct Ridge: Decodable {
      var decay: Double
      var weights: [[Double]]
      var intercept: [Double]
    }
    struct Fold: Decodable {
      var degree: Int
      var decay: Double
      var loss: Double
      var standardError: Double
    }
    var x: [[Double]], y: [[Double]], t: [[Double]], z: [[Double]]
    var ridge: [Ridge]
    var folds: [Fold]

    static func read() throws -> Reference {
      let file = URL(filePath: #filePath).appending(path: "../../References/Models/regression.json").standardizedFileURL
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
  }

  private func matrix(_ rows: [[Double]]) -> Tensor { Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count]) }

  @Test func ridgeIsScikitLearns() throws {
    let reference = try Reference.read()
    let path = try RidgePath(matrix(reference.x), matrix(reference.y))
    #expect(reference.ridge.count == 4)
    for expected in reference.ridge {
      let fit = try LinearRegression(path, decay: expected.decay)
      #expect(zip(fit.weights.scalars(as: Double.self), expected.weights.joined()).allSatisfy { abs($0 - $1) < 1e-10 })
      #expect(
        zip(fit.intercept.scalars(as: Double.self), expected.intercept).allSatisfy { abs($0 - $1) < 1e-8 })
    }
  }

  @Test func crossValidationIsScikitLearns() throws {
    let reference = try Reference.read()
    let selection = try RegressionSelection(
      matrix(reference.t), matrix(reference.z), degrees: Array(1...8), decays: [0, 1e-3, 0.1], folds: 10, seed: nil)
    #expect(selection.candidates.count == reference.folds.count)
    for (found, expected) in zip(selection.candidates, reference.folds) {
      #expect(found.degree == expected.degree && found.decay == expected.decay)
      #expect(abs(found.loss - expected.loss) < 1e-9 * max(1, expected.loss), "\(expected)")
      #expect(abs(found.standardError - expected.standardError) < 1e-9 * max(1, expected.loss), "\(expected)")
      #expect(abs(found.rootMeanSquaredError - (2 * expected.loss).squareRoot()) < 1e-8)
    }
    #expect(selection.best.degree == reference.folds.min { $0.loss < $1.loss }?.degree)
  }

  /// Two outputs: the loss is their sum, the error in the unit of y the mean over both.
  @Test func errorsOfSeveralOutputsAreTheirMean() throws {
    let reference = try Reference.read()
    let (x, y) = (matrix(reference.x), matrix(reference.y))
    func candidate(_ y: Tensor) throws -> RegressionSelection.Candidate {
      try RegressionSelection(x, y, degrees: [2], decays: [0.01], folds: 7, seed: 5).best
    }
    let both = try candidate(y)
    let (first, second) = (try candidate(y[0..., 0]), try candidate(y[0..., 1]))
    #expect(abs(both.loss - first.loss - second.loss) < 1e-10 * both.loss)
    let squares = [first, second].map { $0.rootMeanSquaredError * $0.rootMeanSquaredError }
    #expect(abs(both.rootMeanSquaredError - ((squares[0] + squares[1]) / 2).squareRoot()) < 1e-10)
  }

  /// Of candidates that are equally good the one of the lowest degree and the largest decay is taken.
  @Test func tiesTakeTheSimplest() throws {
    let x = Tensor((0..<12).map(Double.init), shape: [12, 1])
    // Every candidate predicts these without error.
    let y = Tensor([Double](repeating: 3, count: 12))
    let selection = try RegressionSelection(x, y, degrees: [3, 1, 2], decays: [0.1, 0, 10, 1], folds: 4)
    #expect(selection.candidates.allSatisfy { $0.loss == 0 && $0.standardError == 0 })
    #expect(selection.candidates.map(\.degree) == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    #expect(selection.candidates.prefix(4).map(\.decay) == [0, 0.1, 1, 10])
    #expect(selection.best.degree == 1 && selection.best.decay == 10)
  }

  /// All inputs to the first power first.
  @Test func powersStandSideBySide() throws {
    let powers = Powers(degree: 3)
    let y = powers(Tensor([2.0, 3, -1, 10], shape: [2, 2]))
    #expect(y.scalars(as: Double.self) == [2, 3, 4, 9, 8, 27, -1, 10, 1, 100, -1, 1000])
    #expect(try powers.outputShape(for: [5, 2]) == [5, 6] && y.shape == [2, 6])
    #expect(throws: SurprisalError.self) { try powers.outputShape(for: [5, 2, 2]) }
  }

  /// Data of a cubic with noise, as in the notes: more powers fit the training data better and new data worse.
  @Test func cubicDataChooseDegreeThree() throws {
    // Ten folds take 3 on 69 % of such data (scikit-learn's folds and NumPy's polynomials on 150 sets), a higher degree
    // by chance on the others, never a lower one: fewer than four of ten have a probability of 1 %.
    var threes = 0
    for seed in UInt64(0)..<10 {
      var generator = RandomGenerator(seed: seed)
      let t = Tensor.uniform(in: -2..<2, shape: [200, 1], dtype: .float64, using: &generator)
      let noise = Tensor.normal(shape: [200, 1], dtype: .float64, using: &generator) * 0.1
      let y = 5 + 1.2 * t - 1.7 * t * t + 0.9 * t * t * t + noise
      let best = try RegressionSelection(t, y, degrees: Array(1...8), folds: 10, seed: seed).best
      #expect(best.degree >= 3)
      if best.degree == 3 { threes += 1 }
    }
    #expect(threes >= 4)
  }

  @Test func collinearColumnsGetTheShortestWeights() throws {
    let x = Tensor([1.0, 2, 3, 4].flatMap { [$0, 2 * $0] }, shape: [4, 2])
    let fit = try LinearRegression(fitting: x, to: Tensor([5.0, 10, 15, 20]))
    #expect(zip(fit.weights.scalars(as: Double.self), [1, 2]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(abs(fit.intercept.item) < 1e-12)
    let still = try LinearRegression(fitting: Tensor([3.0, 3, 3], shape: [3, 1]), to: Tensor([1.0, 2, 6]))
    #expect(still.weights.item == 0 && abs(still.intercept.item - 3) < 1e-12)
  }

  @Test func likelihoodIsTheNormals() throws {
    let x = Tensor([0.0, 1, 2, 3], shape: [4, 1])
    let y = Tensor([0.1, 0.9, 2.2, 2.8])
    let fit = try LinearRegression(fitting: x, to: y)
    let residuals = (fit(x).reshaped(to: [4]) - y).scalars(as: Double.self)
    let variance = residuals.reduce(0) { $0 + $1 * $1 } / 4
    #expect(abs(fit.noiseVariance.item - variance) < 1e-14)
    // At the maximum the exponent is ½ on average.
    #expect(abs(fit.logLikelihood(x, y) + 0.5 * log(2 * Double.pi * variance) + 0.5) < 1e-12)
    #expect(abs(fit.halfSquaredError(x, y) - variance / 2) < 1e-14)
  }

  @Test func faultsAreNamed() throws {
    let x = Tensor([0.0, 1, 2], shape: [3, 1])
    func fails(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(fails { _ = try LinearRegression(fitting: x, to: Tensor([1.0, 2])) }.contains("3 inputs"))
    #expect(fails { _ = try LinearRegression(fitting: x, to: Tensor([1.0, .nan, 2])) }.contains("not finite"))
    #expect(fails { _ = try LinearRegression(fitting: x, to: Tensor([1.0, 2, 3]), decay: -1) }.contains("-1"))
    #expect(fails { _ = try LinearRegression(fitting: Tensor(zeros: [0, 2]), to: Tensor(zeros: [0])) } != "")
    #expect(fails { _ = try RegressionSelection(x, x, degrees: [1], folds: 4) }.contains("4 folds"))
    #expect(fails { _ = try RegressionSelection(x, x, degrees: []) }.contains("no candidates"))
  }

  /// The network that the command writes says what the closed form says.
  @Test func theClosedFormAsANetwork() throws {
    let reference = try Reference.read()
    let data = try SupervisedData(inputs: matrix(reference.t), targets: matrix(reference.z))
    let network = try TrainedNetwork(regression: data, degree: 3)
    let evaluation = try network.evaluation(on: data)
    #expect((evaluation.determination ?? 0) > 0.99)
    #expect(abs((evaluation.rootMeanSquaredError ?? 0) - 0.1) < 0.02)
    // With decay: what the closed form says of the standardized columns, in the unit of the targets.
    let shrunk = try TrainedNetwork(regression: data, degree: 3, decay: 0.2)
    let (x, z) = (Standardization(of: data.inputs), Standardization(of: data.targets))
    let features = Powers(degree: 3)(x.applied(to: data.inputs))
    let fit = try LinearRegression(fitting: features, to: z.applied(to: data.targets), decay: 0.2)
    let expected = z.undone(from: fit(features)).scalars(as: Double.self)
    let found = try shrunk.outputs(for: data).scalars(as: Double.self)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    let plain = try network.outputs(for: data).scalars(as: Double.self)
    #expect(!zip(plain, expected).allSatisfy { abs($0 - $1) < 0.1 })
  }
}
