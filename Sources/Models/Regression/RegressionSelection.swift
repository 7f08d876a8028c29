import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// Polynomial regressions of several degrees and weight decays compared by k-fold cross-validation (Stone 1974).
///
/// Each fold standardizes inputs and targets by its own training part, fits every candidate there in closed form, and
/// measures it on the part that was left out.
public struct RegressionSelection: Sendable {
  /// One degree with one decay, and how it did on the parts left out.
  public struct Candidate: Sendable, Hashable {
    /// The highest power of each input.
    public var degree: Int
    /// λ, per datum and in standardized units, as in ``LinearRegression``.
    public var decay: Double
    /// The mean of ½ ‖ŷ − y‖² over all data, each left out once, in the squared unit of y.
    public var loss: Double
    /// The standard error of that mean over the folds: the deviation of their losses over √k.
    public var standardError: Double
    /// √ mean (ŷ − y)² over all data and outputs, in the unit of y.
    public var rootMeanSquaredError: Double
  }

  /// All candidates, by rising degree and then decay.
  public let candidates: [Candidate]
  /// The candidate of the least loss, of equal ones the simplest: the lowest degree, the largest decay.
  public let best: Candidate
  /// How many folds.
  public let folds: Int

  /// Compares all `degrees` with all `decays` on inputs [n, inputs] and targets [n, outputs] or [n].
  ///
  /// - Parameter seed: draws the folds; nil takes neighbors, scikit-learn's `KFold`.
  /// - Throws: a usage error for no candidates or folds out of 2 … n; a data error for numbers that are not finite.
  public init(
    _ inputs: Tensor, _ targets: Tensor, degrees: [Int], decays: [Double] = [0], folds: Int = 10, seed: UInt64? = 0
  ) throws {
    guard !degrees.isEmpty, !decays.isEmpty, degrees.allSatisfy({ (1...100).contains($0) }) else {
      throw SurprisalError(.usage, "there are no candidates", remedy: "give degrees from 1 to 100 and decays")
    }
    let x = inputs.converted(to: .float64)
    let y = RidgePath.matrix(targets)
    let parts = try CrossValidation.folds(of: x.shape.first ?? 0, into: folds, seed: seed)
    var losses: [[Double]] = []  // [candidate][fold], sums over the fold
    for fold in parts {
      let split = RegressionSplit(x, y, fold)
      var row: [Double] = []
      for degree in degrees {
        let path = try RidgePath(Powers(degree: degree)(split.inputs), split.targets)
        let held = Powers(degree: degree)(split.heldInputs)
        row += try decays.map { decay in
          try split.error(of: LinearRegression(path, decay: decay)(held))
        }
      }
      losses.append(row)
    }
    let pairs = degrees.flatMap { degree in decays.map { (degree, $0) } }
    let (count, outputs) = (Double(x.shape[0]), Double(y.shape[1]))
    candidates = pairs.enumerated().map { index, pair in
      let sums = losses.map { $0[index] }
      let means = zip(sums, parts).map { $0 / Double($1.validation.count) }
      let center = means.reduce(0, +) / Double(folds)
      let variance = means.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(folds - 1)
      let loss = sums.reduce(0, +) / count
      return Candidate(
        degree: pair.0, decay: pair.1, loss: loss, standardError: (variance / Double(folds)).squareRoot(),
        rootMeanSquaredError: (2 * loss / outputs).squareRoot())
    }
    .sorted { ($0.degree, $0.decay) < ($1.degree, $1.decay) }
    var best = candidates[0]
    for candidate in candidates where candidate.loss < best.loss || candidate.isSimplerTie(of: best) {
      best = candidate
    }
    self.best = best
    self.folds = folds
  }
}

extension RegressionSelection.Candidate {
  fileprivate func isSimplerTie(of other: Self) -> Bool {
    loss == other.loss && degree == other.degree && decay > other.decay
  }
}

/// The data of one fold, standardized by its training part.
private struct RegressionSplit {
  let inputs: Tensor
  let targets: Tensor
  let heldInputs: Tensor
  private let heldTargets: Tensor
  private let scale: Standardization

  init(_ x: Tensor, _ y: Tensor, _ fold: CrossValidation.Fold) {
    func rows(_ tensor: Tensor, _ indices: [Int]) -> Tensor { tensor.selected(at: Tensor(indices), alongAxis: 0) }
    let training = (x: rows(x, fold.training), y: rows(y, fold.training))
    let inputScale = Standardization(of: training.x)
    scale = Standardization(of: training.y)
    inputs = inputScale.applied(to: training.x)
    targets = scale.applied(to: training.y)
    heldInputs = inputScale.applied(to: rows(x, fold.validation))
    heldTargets = rows(y, fold.validation)
  }

  /// Σ ½ ‖ŷ − y‖² over the part left out, in the unit of y, for standardized predictions.
  func error(of predictions: Tensor) -> Double {
    (scale.undone(from: predictions) - heldTargets).square().sum().item / 2
  }
}
