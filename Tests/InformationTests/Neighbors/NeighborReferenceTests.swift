import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// The estimates of scikit-learn, ennemi and brute force (Tests/References/Information/neighbors.py).
struct NeighborReferenceTests {
  struct References: Decodable {
    var numbers: [String: Double] = [:]
    var last: [Double] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "first" {
          last = try container.decode([Double].self, forKey: key)
        } else {
          numbers[key.stringValue] = try container.decode(Double.self, forKey: key)
        }
      }
    }

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  /// The columns of neighbors.py.
  static let columns: [[Double]] = {
    var state: UInt64 = 12345
    var columns = [[Double]](repeating: [], count: 4)
    for _ in 0..<300 {
      let u = (0..<6).map { _ in
        state = (state * 1_103_515_245 + 12345) % 2_147_483_648
        return Double(state) / 2_147_483_648
      }
      let x = u[0] + u[1] - u[2]
      let y = 0.75 * x + 0.5 * u[3]
      for (column, value) in [x, y, x * x + u[4], u[5] - 0.5 * y].enumerated() { columns[column].append(value) }
    }
    return columns
  }()

  static func references() throws -> References {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Information/neighbors.json")
      .standardizedFileURL
    return try JSONDecoder().decode(References.self, from: Data(contentsOf: file))
  }

  @Test func agreesWithOtherSystems() throws {
    let references = try Self.references()
    let (x, y, z, w) = (Self.columns[0], Self.columns[1], Self.columns[2], Self.columns[3])
    #expect(references.last == Self.columns.map { $0[299] })
    let three = NeighborEstimator()
    let second = NeighborEstimator(variant: .kraskov2)
    let levels = try DiscreteColumn(codes: Self.thirds(x), levelCount: 3)
    let lower = [y, z].map { Array($0[..<200]) }
    let found: [String: Double] = [
      "rows": Double(x.count),
      "kraskov1, k = 3": try three.mutualInformation(x, y).value.nats,
      "kraskov1, k = 6": try NeighborEstimator(neighborCount: 6).mutualInformation(x, y).value.nats,
      "kraskov1, x and z, k = 3": try three.mutualInformation(x, z).value.nats,
      "kraskov2, k = 3": try second.mutualInformation(x, y).value.nats,
      "groups, k = 4": try NeighborEstimator(neighborCount: 4).mutualInformation(columns: [x, w], and: [y, z])
        .value.nats,
      "groups, kraskov2, k = 4": try NeighborEstimator(neighborCount: 4, variant: .kraskov2)
        .mutualInformation(columns: [x, w], and: [y, z]).value.nats,
      "conditional, k = 3": try three.conditionalMutualInformation(columns: [x], and: [y], given: [z]).value.nats,
      "conditional on two, k = 3": try three.conditionalMutualInformation(columns: [x], and: [y], given: [z, w])
        .value.nats,
      "classes, k = 3": try three.mutualInformation(levels: levels, columns: [y]).value.nats,
      "entropy, k = 3": try three.entropy(x).value.nats,
      "joint entropy, k = 5": try NeighborEstimator(neighborCount: 5).entropy(columns: [x, y, z]).value.nats,
      "divergence, k = 3": try three.klDivergence(columns: [x], from: [y]).value.nats,
      "divergence of two columns, k = 2": try NeighborEstimator(neighborCount: 2).klDivergence(
        columns: [x, y], from: lower
      ).value.nats,
      "histogram entropy": try HistogramEstimator().entropy(x).value.nats,
      "histogram mutual information": try HistogramEstimator().mutualInformation(x, y).value.nats,
    ]
    let others = references.numbers.keys.filter { $0.hasPrefix("ennemi, ") }
    #expect(others.count == 3 && Set(found.keys).union(others) == Set(references.numbers.keys))
    for (name, value) in references.numbers {
      // ennemi's digamma is good to about seven digits.
      let isRough = name.hasPrefix("ennemi, ")
      let own = found[isRough ? name == "ennemi, k = 6" ? "kraskov1, k = 6" : String(name.dropFirst(8)) : name]
      #expect(abs((own ?? .nan) - value) < (isRough ? 2e-6 : 1e-12) * max(1, abs(value)), "\(name)")
    }
  }

  /// The third of its range that each value is in.
  static func thirds(_ values: [Double]) -> [Int] {
    let lowest = values.min() ?? 0
    let range = (values.max() ?? 0) - lowest
    return values.map { Int((3 * ($0 - lowest) / (range + 1e-9)).rounded(.down)) }
  }

  @Test func isTheSameOnAnyNumberOfThreadsAndByFeature() throws {
    let features = Array(Self.columns[1...])
    let one = try NeighborEstimator(threads: 1).mutualInformation(features: features, target: Self.columns[0])
    let two = try NeighborEstimator(threads: 2).mutualInformation(features: features, target: Self.columns[0])
    #expect(one == two)
    let single = try features.map { try NeighborEstimator().mutualInformation($0, Self.columns[0]) }
    #expect(one == single)
  }
}
