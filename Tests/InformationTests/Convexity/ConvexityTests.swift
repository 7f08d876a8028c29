import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// Counterexamples where there are some, none where there cannot be any.
struct ConvexityTests {
  typealias Function = @Sendable ([Double]) -> Double

  static let convex: [(name: String, function: Function)] = [
    ("square norm", { $0[0] * $0[0] + $0[1] * $0[1] }), ("norm", { hypot($0[0], $0[1]) }),
    ("maximum", { max($0[0], $0[1]) }), ("affine", { 3 * $0[0] - $0[1] + 1e6 }),
    ("log-sum-exp", { log(exp($0[0]) + exp($0[1])) }), ("relative entropy", { x in x[0] * log(x[0] / x[1]) }),
    ("infinite outside", { x in x[0] > 1 ? .infinity : x[1] * x[1] }),
  ]
  static let others: [(name: String, function: Function)] = [
    ("saddle", { $0[0] * $0[1] }), ("cosine", { cos($0[0]) }), ("root", { $0[0].squareRoot() }),
    ("slightly bent down", { $0[0] * $0[0] - 1.001 * $0[1] * $0[1] * 1e-3 }),
    ("hole", { $0[0] > 0.4 && $0[0] < 0.5 ? .infinity : 0 }),
  ]

  private func points(_ count: Int, _ generator: inout RandomGenerator) -> [[Double]] {
    (0..<count).map { _ in [0.01 + 2 * generator.nextUniform(), 0.01 + 2 * generator.nextUniform()] }
  }

  @Test func functions() throws {
    var generator = RandomGenerator(seed: 7)
    for count in [60, 400] {
      let points = points(count, &generator)
      for (name, function) in Self.convex {
        let worst = try #require(try Convexity.worstViolation(among: points, using: &generator, of: function))
        #expect(!worst.isCounterexample, "\(name): \(worst)")
      }
      for (name, function) in Self.others {
        let worst = try #require(try Convexity.worstViolation(among: points, using: &generator, of: function))
        #expect(worst.isCounterexample, "\(name): \(worst)")
        // The witness says the truth.
        let between = zip(worst.first, worst.second).map { worst.weight * $0 + (1 - worst.weight) * $1 }
        let chord = worst.weight * function(worst.first) + (1 - worst.weight) * function(worst.second)
        let violation = function(between) - chord
        #expect(violation == worst.violation || abs(violation - worst.violation) < 1e-12, "\(name)")
      }
    }
    #expect(try Convexity.worstViolation(among: [[1.0]], using: &generator) { $0[0] } == nil)
    #expect(throws: SurprisalError.self) { try Convexity.worstViolation(among: [], using: &generator) { _ in 0 } }
  }

  @Test func sets() throws {
    var generator = RandomGenerator(seed: 8)
    let points = points(300, &generator)
    let disk = PointSet { hypot($0[0] - 1, $0[1] - 1) <= 0.9 }
    let half = PointSet { $0[0] + 2 * $0[1] <= 3 }
    let ring = PointSet { (0.5...0.9).contains(hypot($0[0] - 1, $0[1] - 1)) }
    for set in [disk, half, disk.intersection(half), PointSet.below(1.3, of: Self.convex[0].function, in: half)] {
      #expect(try set.convexityCounterexample(among: points, using: &generator) == nil)
    }
    let corners = PointSet { $0[0] < 0.3 && $0[1] < 0.3 }.union(PointSet { $0[0] > 1.7 })
    let belowSaddle = PointSet.below(0.2, of: { $0[0] * $0[1] })
    for set in [ring, corners, ring.intersection(half), belowSaddle] {
      let found = try #require(try set.convexityCounterexample(among: points, using: &generator))
      #expect(!set.contains(found.combination) && found.points.allSatisfy { set.contains($0) })
      #expect(abs(found.weights.reduce(0, +) - 1) < 1e-15)
    }
    #expect(throws: SurprisalError.self) {
      try PointSet { _ in false }.convexityCounterexample(among: points, using: &generator)
    }
  }

  /// Below-sets of a convex function are convex at every level; those of x ↦ −x² are not.
  @Test func belowSetsOfConvexFunctions() throws {
    var generator = RandomGenerator(seed: 9)
    let points = points(100, &generator)
    for (name, function) in Self.convex {
      for level in points.prefix(10).map(function) where level.isFinite {
        let set = PointSet { function($0) <= level + 1e-12 * max(1, abs(level)) }
        #expect(try set.convexityCounterexample(among: points, trialCount: 2_000, using: &generator) == nil, "\(name)")
      }
    }
  }

  /// Eigenvalues of 2 × 2 matrices in closed form.
  @Test func hessians() throws {
    var generator = RandomGenerator(seed: 10)
    let points = points(50, &generator)
    let curvature = try Convexity.leastCurvature(at: points) { 2 * $0[0] * $0[0] + $0[0] * $0[1] + $0[1] * $0[1] }
    let expected = 3 - 2.0.squareRoot()
    #expect(abs(curvature.smallestEigenvalue - expected) <= curvature.error && !curvature.isCounterexample)
    #expect(curvature.error < 1e-5)
    let given = try Convexity.leastCurvature(at: points) { _ -> [Double] in [4, 1, 1, 2] }
    #expect(abs(given.smallestEigenvalue - expected) < 1e-14)
    let slope = given.direction[1] / given.direction[0]
    #expect(abs(slope + 1 + 2.0.squareRoot()) < 1e-13)
    for (name, function) in Self.convex.prefix(1) + Self.convex[4...5] {
      #expect(try !Convexity.leastCurvature(at: points, of: function).isCounterexample, "\(name)")
    }
    for (name, function) in Self.others.prefix(4) {
      #expect(try Convexity.leastCurvature(at: points, of: function).isCounterexample, "\(name)")
    }
    let calls: [() throws -> Void] = [
      { _ = try Convexity.leastCurvature(at: []) { _ in 0.0 } },
      { _ = try Convexity.leastCurvature(at: [[0.0]]) { log($0[0]) } },
      { _ = try Convexity.leastCurvature(at: [[0.0, 0]]) { _ -> [Double] in [1, 2, 3, 4] } },
      { _ = try Convexity.leastCurvature(at: [[0.0, 0]]) { _ -> [Double] in [1, 2, 3] } },
      { _ = try Convexity.leastCurvature(at: [[0.0]]) { _ -> [Double] in [.nan] } },
    ]
    for call in calls {
      let error = #expect(throws: SurprisalError.self) { try call() }
      #expect(error?.category == .data)
    }
  }

  /// A local minimum of a convex function is a global one: descent from anywhere ends at the same value.
  @Test func localMinimaAreGlobal() throws {
    var generator = RandomGenerator(seed: 11)
    let f: Function = { log(exp($0[0]) + exp(-2 * $0[0] + $0[1])) + $0[1] * $0[1] }
    var ends: [Double] = []
    for start in points(20, &generator) {
      var (point, step) = (start, 1.0)
      while step > 1e-9 {
        let moves = [[step, 0], [-step, 0], [0, step], [0, -step]].map { [point[0] + $0[0], point[1] + $0[1]] }
        if let better = moves.min(by: { f($0) < f($1) }), f(better) < f(point) { point = better } else { step /= 2 }
      }
      ends.append(f(point))
    }
    let spread = (ends.max() ?? 0) - (ends.min() ?? 0)
    #expect(spread < 1e-12, "\(ends)")
  }
}
