import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// A batch is its members one by one, and float32 is float64 rounded.
struct BatchTests {
  @Test(arguments: familyTable.map(\.family)) func membersAreAsAlone(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    let cases = try ReferenceCase.cases(inFile: entry.file).filter { $0.family == family }
    func shapes(_ reference: ReferenceCase) -> [String] {
      reference.parameters.map { "\($0.key)\($0.value.shape)" }.sorted()
    }
    for kind in Set(cases.map(shapes)) {
      let members = cases.filter { shapes($0) == kind }
      let names = members[0].tensors.keys.sorted()
      let parameters = Dictionary(
        uniqueKeysWithValues: names.map { name in
          (name, Tensor(stacking: members.map { $0.tensors[parameter: name] }))
        })
      let batch = try entry.make(parameters)
      let alone = try members.map { try entry.make($0.tensors) }
      #expect(batch.batchShape == [members.count] && batch.eventShape == alone[0].eventShape, "\(family)")
      let points = members.map(\.points.count).min() ?? 0
      for place in 0..<points where Set(members.map { $0.points[place].x.shape }).count == 1 {
        let x = Tensor(stacking: members.map { $0.points[place].x.tensor })
        let expected = zip(alone, members).map { $0.logDensity(of: $1.points[place].x.tensor) }
        expectEqual(batch.logDensity(of: x), Tensor(stacking: expected), "\(family): log-density of a batch")
        guard let batch = batch as? any UnivariateDistribution else { continue }
        let values = zip(alone, members).map { single, reference in
          (single as? any UnivariateDistribution)?.cumulative(at: reference.points[place].x.tensor) ?? Tensor(.nan)
        }
        expectEqual(batch.cumulative(at: x), Tensor(stacking: values), "\(family): distribution function of a batch")
      }
      expectEqual(batch.mean, Tensor(stacking: alone.map(\.mean)), "\(family): means of a batch")
      expectEqual(batch.variance, Tensor(stacking: alone.map(\.variance)), "\(family): variances of a batch")
      expectEqual(batch.mode, Tensor(stacking: alone.map(\.mode)), "\(family): modes of a batch")
      if let entropies = try? batch.entropy() {
        // A sum over counts may have more terms in a batch.
        let expected = Tensor(stacking: try alone.map { try $0.entropy() })
        expectEqual(entropies, expected, "\(family): entropies of a batch", units: 64)
      }
      var generator = RandomGenerator(seed: 1)
      let samples = batch.sample([3, 2], using: &generator)
      #expect(samples.shape == [3, 2, members.count] + batch.eventShape, "\(family)")
      #expect(batch.support.contains(samples).shape == [3, 2, members.count], "\(family)")
      #expect(batch.support.contains(samples).all().item == 1, "\(family): a sample outside the support")
      #expect(batch.logDensity(of: samples).shape == [3, 2, members.count], "\(family)")
      if let reparameterized = batch as? any Reparameterized {
        #expect(reparameterized.reparameterizedSample([4], using: &generator).shape == [4] + batch.mean.shape)
      }
    }
  }

  /// Log-densities and probabilities in float32 within 1e-4 of those in float64 of the same rounded numbers.
  @Test(arguments: familyTable.map(\.family)) func float32(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    for (_, reference) in try distributions(family) {
      guard let narrow = try made(family, reference, .float32) else { continue }
      let rounded = reference.tensors.mapValues { $0.converted(to: .float32).converted(to: .float64) }
      guard let wide = try? entry.make(rounded) else { continue }
      #expect(narrow.dtype == .float32 && narrow.mean.dtype == .float32, "\(reference)")
      for point in reference.points {
        let x = point.x.tensor.converted(to: .float32)
        guard x.doubles.allSatisfy({ $0.isFinite }) else { continue }
        let found = narrow.logDensity(of: x)
        #expect(found.dtype == .float32, "\(reference)")
        let expected = wide.logDensity(of: x.converted(to: .float64)).item
        // What float32 cannot hold is infinite there; a density of matrices has terms of the size of its parameters.
        let size = wide.eventShape.count == 2 ? rounded.values.flatMap(\.doubles).map(abs).max() ?? 1 : 1
        let isNear =
          found.item == expected || abs(found.item - expected) <= 1e-4 * max(1, abs(expected), size)
          || abs(expected) > 1e30 && abs(found.item) > 1e29
        #expect(isNear, "\(reference) at \(x.item0): \(found.item), in float64 \(expected)")
        guard let narrow = narrow as? any UnivariateDistribution, let wide = wide as? any UnivariateDistribution else {
          continue
        }
        let probability = narrow.cumulative(at: x).item
        let wanted = wide.cumulative(at: x.converted(to: .float64)).item
        #expect(abs(probability - wanted) <= 1e-5, "\(reference) at \(x.item0): \(probability), in float64 \(wanted)")
      }
    }
  }
}

extension Tensor {
  /// The first element, for messages.
  fileprivate var item0: Double { doubles.first ?? .nan }
}

/// Equal numbers, but for a few units in the last place: a loop's tail is rounded otherwise than its body.
private func expectEqual(_ found: Tensor, _ expected: Tensor, _ what: String, units: Double = 4) {
  #expect(found.shape == expected.shape, "\(what)")
  for (a, b) in zip(found.doubles, expected.doubles) where !(a == b || a.isNaN && b.isNaN) {
    if !(abs(a - b) <= units * max(abs(a), abs(b)).ulp) { Issue.record("\(what): \(a), alone \(b)") }
  }
}
