import SurprisalCore

extension LloydSolver {
  /// How a run ended.
  struct Outcome {
    /// Σ w d² at the centers, shifted and scaled.
    var inertia: Double
    /// Σ w d² of every iteration's assignment; never rises.
    var history: [Double]
    /// Whether no label changed any more, or the gain fell to the tolerance.
    var converged: Bool
  }

  /// Runs from the present centers for at most `iterations` assignments.
  ///
  /// Stops when no label changes or an iteration gains at most `tolerance` times the inertia. A gain below
  /// zero can only be rounding: the centers before it are kept. Checks `isCancelled` once an iteration.
  func run(
    iterations: Int, tolerance: Double = 0, isCancelled: () -> Bool = { false }
  ) throws(CancellationError) -> Outcome {
    var history: [Double] = []
    let count = clusters * data.columnCount
    let before = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count))
    defer { before.deallocate() }
    while true {
      if isCancelled() { throw CancellationError() }
      let (inertia, changed) = assign()
      if let last = history.last, inertia > last {
        centers.update(from: before, count: count)
        _ = assign()
        return Outcome(inertia: last, history: history, converged: true)
      }
      let gain = (history.last ?? .infinity) - inertia
      history.append(inertia)
      let converged = changed == 0 || gain <= tolerance * inertia
      if converged || history.count >= iterations {
        return Outcome(inertia: inertia, history: history, converged: converged)
      }
      before.update(from: centers, count: count)
      moveCenters()
    }
  }
}
