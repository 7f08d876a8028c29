import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// How well a network tells the targets of some data.
public struct Evaluation: Sendable {
  /// How many data go through a network at once, unless another number is given.
  public static let batchSize = 512

  /// How many data.
  public let count: Int
  /// The mean loss in nats per datum: the surprisal −log p(class | input), or half the squared error.
  public let loss: Double
  /// The standard error of that mean.
  public let lossStandardError: Double
  /// Of classes: how often each one (row) was taken for each (column); empty for numbers.
  public let confusion: [[Int]]
  /// Of numbers: the share of their variance that is explained, 1 − Σ (y − ŷ)² / Σ (y − ȳ)²; nil for classes and for
  /// targets that do not vary.
  public let determination: Double?
  /// Of numbers: √ mean (y − ŷ)² in the targets' own unit, over all outputs; nil for classes.
  public let rootMeanSquaredError: Double?

  /// Of classes: the share of data whose most probable class is theirs.
  public var accuracy: Double? {
    confusion.isEmpty ? nil : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(max(1, count))
  }

  /// Wilson's interval (1927) that holds the accuracy on all data of this kind with a probability of 95 %, if these were
  /// drawn at random: the generalization error's interval is its mirror image.
  public var accuracyInterval: ClosedRange<Double>? {
    accuracy.map { accuracy in
      let (n, z) = (Double(max(1, count)), 1.959963984540054)
      let center = (accuracy + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (accuracy * (1 - accuracy) / n + z * z / (4 * n * n)).squareRoot()
      return max(0, center - half)...min(1, center + half)
    }
  }

  /// The figures for logs: loss first.
  public var metrics: [Metric] {
    [Metric("loss", loss)]
      + (accuracy.map { [Metric("accuracy", $0, isHigherBetter: true)] } ?? [])
      + (rootMeanSquaredError.map { [Metric("rootMeanSquaredError", $0)] } ?? [])
  }

  /// Measures `network` on `data`, in inference, `batchSize` at a time.
  ///
  /// - Throws: a data error if there are no data.
  public init(
    of network: some Layer, on data: SupervisedData, centeredLike augmentation: Augmentation = .none,
    batchSize: Int = Evaluation.batchSize
  ) throws {
    guard data.count > 0 else {
      throw SurprisalError(.data, "there are no data to evaluate on", remedy: "give at least one datum")
    }
    var sums = Sums(data)
    for start in stride(from: 0, to: data.count, by: batchSize) {
      let indices = Array(start..<min(start + batchSize, data.count))
      let (x, y) = try data.batch(at: indices, centeredLike: augmentation)
      sums.add(network(x), y)
    }
    count = data.count
    let n = Double(count)
    loss = sums.loss / n
    let variance = max(0, sums.squaredLoss / n - loss * loss)
    lossStandardError = (variance / n).squareRoot()
    confusion = sums.confusion
    if data.isClassification {
      (determination, rootMeanSquaredError) = (nil, nil)
    } else {
      let scale = data.targetStandardization?.standardDeviations ?? [1]
      let squares = sums.squaredErrors.enumerated().map {
        $1 * scale[min($0, scale.count - 1)] * scale[min($0, scale.count - 1)]
      }
      rootMeanSquaredError = (squares.reduce(0, +) / (n * Double(max(1, squares.count)))).squareRoot()
      let spread = sums.spread(count: n)
      determination = spread > 0 ? 1 - sums.squaredErrors.reduce(0, +) / spread : nil
    }
  }

  private struct Sums {
    let isClassification: Bool
    var loss = 0.0, squaredLoss = 0.0
    var confusion: [[Int]] = []
    var squaredErrors: [Double] = [], targets: [Double] = [], squaredTargets: [Double] = []

    init(_ data: SupervisedData) {
      isClassification = data.isClassification
      if isClassification {
        confusion = Array(repeating: Array(repeating: 0, count: data.classNames.count), count: data.classNames.count)
      }
    }

    mutating func add(_ output: Tensor, _ y: Tensor) {
      if isClassification {
        add(losses: output.crossEntropy(with: y))
        let guesses = output.argmax(alongAxis: -1).scalars(as: Int.self)
        for (truth, guess) in zip(y.scalars(as: Int.self), guesses) { confusion[truth][guess] += 1 }
        return
      }
      let difference = (output - y).converted(to: .float64).square()
      let wide = y.converted(to: .float64)
      add(losses: difference.sum(alongAxes: [1]) * 0.5)
      func accumulate(_ sums: inout [Double], _ terms: Tensor) {
        let values = terms.sum(alongAxes: [0]).scalars(as: Double.self)
        sums = sums.isEmpty ? values : zip(sums, values).map { $0 + $1 }
      }
      accumulate(&squaredErrors, difference)
      accumulate(&targets, wide)
      accumulate(&squaredTargets, wide.square())
    }

    private mutating func add(losses: Tensor) {
      let losses = losses.converted(to: .float64)
      loss += losses.sum().item
      squaredLoss += losses.square().sum().item
    }

    /// Σ (y − ȳ)² over all outputs.
    func spread(count: Double) -> Double {
      zip(squaredTargets, targets).reduce(0) { $0 + $1.0 - $1.1 * $1.1 / count }
    }
  }
}
