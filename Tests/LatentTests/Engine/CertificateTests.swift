import SurprisalCore
import Synchronization
import Testing

@testable import SurprisalLatent

/// What the engine does when steps rise, fall, end or collapse.
@Suite struct CertificateTests {
  typealias Script = ScriptedModel.Script

  @Test func aFallInTheExpectationStepIsAnError() throws {
    let error = #expect(throws: SurprisalError.self) {
      try ScriptedModel.run(Script(objectives: [-10, -9, -9.5, -9]))
    }
    #expect(error?.category == .internal)
    #expect(error?.message.contains("fell by 0.5 nats in the E-step") == true)
  }

  @Test func aFallInTheMaximizationStepIsAnError() throws {
    let error = #expect(throws: SurprisalError.self) {
      try ScriptedModel.run(Script(objectives: [-10, -9, -8], claims: [2: -9.25]))
    }
    #expect(error?.category == .internal)
    #expect(error?.message.contains("fell by 0.25 nats in the M-step") == true)
  }

  @Test func notANumberIsAnError() {
    #expect(throws: SurprisalError.self) { try ScriptedModel.run(Script(objectives: [-10, .nan, -8])) }
    #expect(throws: SurprisalError.self) {
      try ScriptedModel.run(Script(objectives: [-10, -9, -8], claims: [1: .nan]))
    }
  }

  @Test func roundingIsNoFall() throws {
    let script = Script(objectives: [-10, -9, -9 - 5e-10, -9 - 2e-10, -9], passBound: 1e-9)
    let outcome = try ScriptedModel.run(script, iterations: 5)
    #expect(outcome.ledger.count == 5)
  }

  /// A fall that only the M-step's own rounding explains ends the run where it stood.
  @Test func roundingOfTheMaximizationStepEndsTheRun() throws {
    let script = Script(objectives: [-10, -9, -8, -8.001, -7], passBound: 1e-9, halfStepBound: 0.01)
    let outcome = try ScriptedModel.run(script)
    #expect(outcome.endedByRounding)
    #expect(!outcome.converged)
    #expect(outcome.model.position == 2)
    #expect(outcome.ledger.map(\.objective) == [-10, -9, -8])
    #expect(outcome.statistics.logLikelihood == -8)
  }

  @Test func theLedgerTellsHalfSteps() throws {
    let script = Script(objectives: [-10, -8, -7], claims: [1: -9, 2: -7.5])
    let outcome = try ScriptedModel.run(script, iterations: 3, rows: 4)
    let ledger = outcome.ledger
    #expect(ledger.map(\.step) == [.start, .maximization, .maximization])
    #expect(ledger.map(\.lowerBound) == [-10, -8, -7])
    #expect(ledger.map(\.gap) == [0, 0, 0])
    #expect(ledger[0].objectiveAfterMaximization == -9)
    #expect(ledger[1].objectiveAfterMaximization == -7.5)
    // Gains are per unit of weight; four rows.
    #expect(ledger[0].maximizationGain == 0.25)
    #expect(ledger[1].expectationGain == 0.25)
    #expect(ledger[2].expectationGain == 0.125)
    #expect(!outcome.converged)
  }

  @Test func geometricGainsEndInTime() throws {
    let objectives = (0..<80).map { -exp2(-Double($0)) }
    let outcome = try ScriptedModel.run(Script(objectives: objectives, passBound: 0), tolerance: 1e-6)
    #expect(outcome.converged)
    // What remains is exactly −objective.
    #expect((outcome.ledger.last?.objective ?? -1) >= -1e-6)
    #expect(outcome.ledger.count == 21)
  }

  @Test func aPlateauDoesNotEndIt() throws {
    let slow = (0..<10).map { -100 + 1e-12 * exp2(Double($0)) }
    let fast = (1..<40).map { -exp2(-Double($0)) }
    let outcome = try ScriptedModel.run(Script(objectives: slow + fast, passBound: 0), tolerance: 1e-6)
    #expect(outcome.converged)
    #expect((outcome.ledger.last?.objective ?? -100) > -1e-5)
  }

  @Test func collapseIsPassedOn() {
    #expect(throws: CollapsedComponents.self) {
      try ScriptedModel.run(Script(objectives: [-10, -9, -8], collapse: 1))
    }
  }

  @Test func cancellationEndsWithinOneIteration() {
    let asked = Mutex(0)
    #expect(throws: CancellationError.self) {
      try ScriptedModel.run(
        Script(objectives: (0..<1000).map { -1 / Double($0 + 1) }), tolerance: 0, iterations: 1000,
        isCancelled: {
          asked.withLock { count -> Bool in
            count += 1
            return count == 6
          }
        })
    }
    #expect(asked.withLock { $0 } == 6)
  }

  private func exp2(_ value: Double) -> Double {
    Double(sign: .plus, exponent: Int(value), significand: 1)
  }
}
