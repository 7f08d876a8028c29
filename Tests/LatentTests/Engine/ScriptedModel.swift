import SurprisalCore

@testable import SurprisalLatent

/// A model whose E-steps and M-steps give what a script says, to try the engine's rules one by one.
struct ScriptedModel: LatentVariableModel {
  struct Script: Sendable {
    /// log p(x | θ) of the parameters after each M-step.
    var objectives: [Double]
    /// What the bound says that each M-step reached; nil for the objective before it.
    var claims: [Int: Double] = [:]
    var passBound = 1e-9
    var halfStepBound = 1e-9
    /// The M-step that throws a collapse.
    var collapse: Int?
  }

  struct Step: ExpectationStep {
    let value: Double
    var sumCount: Int { 1 }
    var workspaceCount: Int { 0 }

    func accumulate(
      _ observations: RowNumbers, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
      totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
    ) {
      for row in range {
        totals[0] += 1
        totals[1] += row == 0 ? value : 0
        totals[2] += row == 0 ? value.magnitude : 0
      }
    }
  }

  let script: Script
  var position = 0

  var parameterCount: Int { 1 }

  private func objective(_ position: Int) -> Double {
    script.objectives[min(position, script.objectives.count - 1)]
  }

  func expectation() -> Step { Step(value: objective(position)) }

  /// The number of the parameters that the statistics were summed at.
  func moments(of statistics: Statistics) -> Int { position }

  func expectedLogJoint(_ moments: Int) -> Double {
    position == moments ? objective(moments) : script.claims[position] ?? objective(moments)
  }

  func maximized(_ moments: Int) throws -> ScriptedModel {
    if script.collapse == position {
      throw CollapsedComponents(
        components: [.init(index: 0, effectiveRows: 1, smallestEigenvalue: 0, columns: [0])])
    }
    var next = self
    next.position += 1
    return next
  }

  func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    (script.passBound, script.halfStepBound)
  }

  static func run(
    _ script: Script, tolerance: Double = 1e-9, iterations: Int = 100, rows: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ExpectationMaximization<ScriptedModel>.Outcome {
    try ExpectationMaximization.run(
      from: ScriptedModel(script: script), over: RowNumbers(count: rows),
      control: .init(
        options: EngineOptions(
          tolerance: tolerance, maximumIterations: iterations, acceleration: .none, threads: 1),
        isCancelled: isCancelled))
  }
}
