import Foundation
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Schedules against torch.optim.lr_scheduler (Tests/References/Networks/schedules.py).
struct ScheduleTests {
  private struct Reference: Decodable {
    let rates: [String: [Double]]
    let figures: [Double]
    let plateaus: [String: [Double]]

    static func read() throws -> Reference {
      let file = referencePath("schedules").replacingOccurrences(of: ".safetensors", with: ".json")
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    }
  }

  private static let schedules: [String: Schedule] = [
    "constant": .constant,
    "step": .step(every: 7, factor: 0.3),
    "milestones": .milestones([5, 20, 21], factor: 0.5),
    "exponential": .exponential(factor: 0.93),
    "polynomial": .polynomial(steps: 40, power: 1.7),
    "cosine": .cosine(steps: 60, end: 0.05),
    "oneCycle": .oneCycle(steps: 60),
    "oneCycleEarly": .oneCycle(steps: 60, peak: 0.1, start: 0.1, end: 0.001),
    "warmUp": .cosine(steps: 60, warmUp: 10, start: 0.1),
    "inverseSquareRoot": .inverseSquareRoot,
  ]

  @Test func factorsEqualTorch() throws {
    let rates = try Reference.read().rates
    #expect(Set(rates.keys) == Set(ScheduleTests.schedules.keys))
    for (name, schedule) in ScheduleTests.schedules {
      let expected = rates[name] ?? []
      #expect(expected.count == 60)
      for (step, rate) in expected.enumerated() {
        #expect(abs(schedule.factor(at: step) - rate) <= 1e-12, "\(name), step \(step)")
      }
    }
  }

  /// Past their steps schedules stay where they ended; of no steps they are at the end at once.
  @Test func schedulesStayAtTheirEnd() {
    for step in [60, 61, 1_000_000] {
      #expect(Schedule.cosine(steps: 60, end: 0.05).factor(at: step) == 0.05)
      #expect(Schedule.polynomial(steps: 60, end: 0.25).factor(at: step) == 0.25)
      #expect(Schedule.oneCycle(steps: 60, end: 0.001).factor(at: step) == 0.001)
      #expect(Schedule.exponential(factor: 0.5, lowest: 0.01).factor(at: step) == 0.01)
    }
    #expect(Schedule.cosine(steps: 0, end: 0.5).factor(at: 0) == 0.5)
    #expect(Schedule.step(every: 0, factor: 0.5).factor(at: 1) == 0.5)
    #expect(Schedule.warmUp(steps: 0, then: .constant).rate(at: 0, base: 0.3) == 0.3)
  }

  @Test func schedulesAreStoredAndRead() throws {
    for schedule in ScheduleTests.schedules.values {
      let stored = try JSONEncoder().encode(schedule)
      #expect(try JSONDecoder().decode(Schedule.self, from: stored) == schedule)
    }
  }

  /// Also when it is stored and read before every figure.
  @Test func plateausEqualTorch() throws {
    let reference = try Reference.read()
    let rules = [
      "default": Plateau(), "quick": Plateau(reduction: 0.5, patience: 1, threshold: 0.02),
      "cooling": Plateau(reduction: 0.5, patience: 0, cooldown: 3, lowest: 0.1),
      "higher": Plateau(reduction: 0.5, patience: 1, isHigherBetter: true),
    ]
    #expect(Set(reference.plateaus.keys) == Set(rules.keys))
    try withTemporaryFile { file in
      for (name, rule) in rules {
        var plateau = rule
        for (index, (figure, rate)) in zip(reference.figures, reference.plateaus[name] ?? []).enumerated() {
          try plateau.save(to: file)
          plateau = rule
          try plateau.load(from: file)
          #expect(abs(plateau.factor(after: figure) - rate) <= 1e-7, "\(name), figure \(index)")
        }
      }
    }
  }
}
