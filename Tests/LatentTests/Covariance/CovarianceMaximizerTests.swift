import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Sizes as (components, columns).
private let sizes = [(1, 1), (3, 1), (1, 3), (2, 2), (3, 2), (3, 4), (5, 3), (4, 7), (2, 12)]

@Suite struct CovarianceMaximizerTests {
  /// Volumes, shapes and orientations are shared as the letters say.
  @Test(arguments: CovarianceModel.allCases)
  func theResultLiesInTheClass(model: CovarianceModel) throws {
    for (index, (components, columns)) in sizes.enumerated() {
      var generator = RandomGenerator(seed: 3, stream: UInt64(index))
      let problem = CovarianceProblem(components: components, columns: columns, &generator)
      let update = problem.fit(model)
      #expect(!update.isDegenerate.contains(true))
      let factors = try #require(model.factors(update.covariances, columns: columns))
      let letters = Array(model.rawValue)
      for k in 0..<components {
        let logDeterminant = factors.volumes[k] * Double(columns)
        #expect((update.logDeterminants[k] - logDeterminant).magnitude < 1e-9)
        if letters[0] == "E" { #expect((factors.volumes[k] - factors.volumes[0]).magnitude < 1e-9) }
        for j in 0..<columns {
          let shape = factors.shapes[k][j]
          if letters[1] == "I" { #expect(shape.magnitude < 1e-12) }
          if letters[1] == "E" { #expect((shape - factors.shapes[0][j]).magnitude < 1e-9) }
        }
      }
      // With common eigenvectors the recomposed matrices are the result only if it has them.
      let back = factors.covariances
      let direct =
        model.isDiagonal
        ? CovarianceProblem.expanded(update.covariances, columns) : update.covariances
      let largest = direct.map(\.magnitude).max() ?? 0
      for (a, b) in zip(back, direct) { #expect((a - b).magnitude < 1e-10 * largest) }
    }
  }

  @Test(arguments: CovarianceModel.allCases)
  func noStepInsideTheClassIsBetter(model: CovarianceModel) throws {
    for (index, (components, columns)) in sizes.enumerated() {
      for spread in [0.3, 1.5] {
        var generator = RandomGenerator(seed: 4, stream: UInt64(index))
        let problem = CovarianceProblem(
          components: components, columns: columns, spread: spread, &generator)
        let update = problem.fit(model)
        let best = problem.objective(model, update.covariances)
        let factors = try #require(model.factors(update.covariances, columns: columns))
        let rounding = 1e-12 * problem.counts.reduce(0, +) * Double(columns) * (1 + spread * 4)
        for size in [1e-1, 1e-2, 1e-3, 1e-4, 1e-5] {
          for _ in 0..<12 {
            var moved = factors
            moved.perturb(model, size: size, &generator)
            let covariances =
              model.isDiagonal
              ? CovarianceProblem.diagonals(moved.covariances, columns) : moved.covariances
            let value = problem.objective(model, covariances)
            #expect(value <= best + rounding, "\(components)×\(columns), step \(size)")
          }
        }
      }
    }
  }

  static let nested: [(CovarianceModel, CovarianceModel)] = [
    (.eii, .vii), (.eii, .eei), (.eei, .vei), (.eei, .evi), (.vii, .vei), (.vei, .vvi), (.evi, .vvi),
    (.eei, .eee), (.vei, .vee), (.evi, .eve), (.vvi, .vve), (.eee, .vee), (.eee, .eve), (.eee, .eev),
    (.vee, .vve), (.vee, .vev), (.eve, .vve), (.eve, .evv), (.eev, .vev), (.eev, .evv), (.vve, .vvv),
    (.vev, .vvv), (.evv, .vvv),
  ]

  @Test(arguments: nested)
  func aSupermodelStartedFromItsSubmodelIsNoWorse(
    submodel: CovarianceModel, supermodel: CovarianceModel
  ) {
    for (index, (components, columns)) in sizes.enumerated() {
      var generator = RandomGenerator(seed: 5, stream: UInt64(index))
      let problem = CovarianceProblem(components: components, columns: columns, &generator)
      var start = problem.fit(submodel).covariances
      let lower = problem.objective(submodel, start)
      if submodel.isDiagonal && !supermodel.isDiagonal {
        start = CovarianceProblem.expanded(start, columns)
      }
      let upper = problem.objective(supermodel, problem.fit(supermodel, previous: start).covariances)
      #expect(upper >= lower - 1e-11 * max(1, lower.magnitude))
    }
  }

  @Test(arguments: CovarianceModel.allCases)
  func aPreviousAnswerIsNeverLeftForAWorseOne(model: CovarianceModel) throws {
    for (index, (components, columns)) in sizes.enumerated() {
      var generator = RandomGenerator(seed: 6, stream: UInt64(index))
      let other = CovarianceProblem(components: components, columns: columns, &generator)
      let problem = CovarianceProblem(components: components, columns: columns, &generator)
      var previous = other.fit(model).covariances
      for _ in 0..<4 {
        let update = problem.fit(model, previous: previous)
        let before = problem.objective(model, previous)
        let after = problem.objective(model, update.covariances)
        // Closed forms round; iterative ones return the previous answer instead.
        #expect(after >= before - 1e-12 * before.magnitude)
        previous = update.covariances
      }
      let factors = try #require(model.factors(previous, columns: columns))
      var near = factors
      near.perturb(model, size: 1e-9, &generator)
      let start =
        model.isDiagonal ? CovarianceProblem.diagonals(near.covariances, columns) : near.covariances
      let update = problem.fit(model, previous: start)
      let before = problem.objective(model, start)
      #expect(problem.objective(model, update.covariances) >= before - 1e-11 * before.magnitude)
    }
  }

  /// Scaling columns one by one maps the answers of exactly the models that say so.
  @Test(arguments: CovarianceModel.allCases)
  func scaleEquivarianceIsAsDeclared(model: CovarianceModel) {
    var generator = RandomGenerator(seed: 7)
    var problem = CovarianceProblem(components: 3, columns: 3, &generator)
    let update = problem.fit(model)
    let scales = [1, 5, 0.125]
    for index in problem.full.indices {
      problem.full[index] *= scales[index % 9 / 3] * scales[index % 3]
    }
    let scaled = problem.fit(model)
    let expected = update.covariances.indices.map { index in
      model.isDiagonal
        ? update.covariances[index] * scales[index % 3] * scales[index % 3]
        : update.covariances[index] * scales[index % 9 / 3] * scales[index % 3]
    }
    let difference =
      zip(problemDiagonal(expected, model), problemDiagonal(scaled.covariances, model))
      .map { ($0 / $1 - 1).magnitude }.max() ?? 0
    #expect((difference < 1e-9) == model.isScaleEquivariant, "\(difference)")
    #expect(model.isScaleEquivariant || difference > 1e-3)
  }

  private func problemDiagonal(_ covariances: [Double], _ model: CovarianceModel) -> [Double] {
    model.isDiagonal ? covariances : CovarianceProblem.diagonals(covariances, 3)
  }

  @Test(arguments: CovarianceModel.allCases)
  func extremeScalesChangeOnlyTheUnit(model: CovarianceModel) {
    var generator = RandomGenerator(seed: 8)
    var problem = CovarianceProblem(components: 3, columns: 3, &generator)
    let update = problem.fit(model)
    let full = problem.full
    for exponent in [-1000, -500, -2, 2, 500, 1000] {
      let scale = Double(sign: .plus, exponent: exponent, significand: 1)
      problem.full = full.map { $0 * scale }
      let scaled = problem.fit(model)
      #expect(scaled.covariances == update.covariances.map { $0 * scale })
      #expect(!scaled.isDegenerate.contains(true))
      for (a, b) in zip(scaled.logDeterminants, update.logDeterminants) {
        #expect((a - b - 3 * Double(exponent) * log(2)).magnitude < 1e-9)
      }
    }
  }

  /// Empty, singular, zero, infinite and undefined inputs give flags, never NaN or a trap.
  @Test(arguments: CovarianceModel.allCases)
  func degenerateInputsAreFlagged(model: CovarianceModel) {
    let isShared = model == .eii || model == .eei || model == .eee
    for (components, columns) in sizes where components > 1 {
      var generator = RandomGenerator(seed: 9, stream: UInt64(columns))
      let sound = CovarianceProblem(components: components, columns: columns, &generator)
      let size = columns * columns
      for kind in 0..<7 {
        var problem = sound
        switch kind {
        case 0: problem.counts[0] = 0
        case 1:
          problem.counts[0] = 0
          for index in 0..<size { problem.full[index] = 0 }
        case 2:
          problem.counts[0] = 1e-300
          for index in 0..<size { problem.full[index] *= 1e-300 }
        case 3:
          // One row only: rank one.
          let x = (0..<columns).map { Double($0) + 1 }
          for index in 0..<size { problem.full[index] = x[index / columns] * x[index % columns] }
        case 4: problem.full[0] = .nan
        case 5: problem.full = problem.full.map { _ in 0 }
        default: problem.counts[0] = .infinity
        }
        let update = problem.fit(model)
        let isFinite = update.covariances.allSatisfy(\.isFinite)
        #expect(isFinite, "kind \(kind), \(components)×\(columns)")
        #expect(update.logDeterminants.allSatisfy { !$0.isNaN })
        switch kind {
        case 0: #expect(update.isDegenerate[0] == !isShared)
        case 1: #expect(update.isDegenerate[0] == !isShared)
        case 4, 6: #expect(update.isDegenerate[0])
        case 5: #expect(!update.isDegenerate.contains(false))
        case 3 where columns > 1 && (model == .vvv || model == .evv):
          #expect(update.isDegenerate[0])
          #expect(!update.isDegenerate.dropFirst().contains(true))
        default: break
        }
        // A sound previous answer must not hide the fault or bring NaN in.
        let again = problem.fit(model, previous: sound.fit(model).covariances)
        #expect(again.covariances.allSatisfy { $0.isFinite })
        #expect(again.isDegenerate == update.isDegenerate || kind == 2 || kind == 3)
      }
    }
  }

  /// Two scatters with the same axes whose sum is a sphere: the coordinate axes are a saddle point.
  @Test(arguments: [CovarianceModel.eve, .vve])
  func aSaddleIsLeft(model: CovarianceModel) {
    let first = [2.5, 1.5, 1.5, 2.5]
    let second = [2.5, -1.5, -1.5, 2.5]
    let sphere: [Double] = [1, 0, 0, 1, 1, 0, 0, 1]
    let update = model.maximize(
      counts: [10, 10], scatters: first + second, columns: 2, previous: sphere)
    for (found, expected) in zip(update.covariances, first + second) {
      #expect((found - expected / 10).magnitude < 1e-12)
    }
  }

  @Test func theFactorsBelongToTheCovariances() {
    for model in CovarianceModel.allCases {
      var generator = RandomGenerator(seed: 10)
      let problem = CovarianceProblem(components: 3, columns: 4, &generator)
      let maximizer = CovarianceMaximizer(model: model, components: 3, columns: 4)
      #expect(maximizer.maximize(counts: problem.counts, scatters: problem.scatters(model)))
      for k in 0..<3 {
        let covariance = maximizer.covariances + k * maximizer.entryCount
        let factor = maximizer.factors + k * maximizer.entryCount
        if model.isDiagonal {
          for j in 0..<4 { #expect((factor[j] * factor[j] / covariance[j] - 1).magnitude < 1e-15) }
        } else {
          for row in 0..<4 {
            for column in 0..<4 {
              let value = Dense.dot(factor + row * 4, factor + column * 4, 4)
              #expect((value - covariance[row * 4 + column]).magnitude < 1e-14 * covariance[0] * 100)
            }
          }
        }
      }
    }
  }
}
