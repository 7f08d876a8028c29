import Foundation
import SurprisalTensors
import Testing

/// The table «At the edges» of Documentation/tensors.md: each of its rows, word for word, with the numbers it states.
struct EdgeTableTests {
  /// A function at an edge in float64, float32 and bfloat16, whose numbers all types hold.
  struct Edge: Sendable {
    let x: [Double]
    /// The value; nil where another test states it.
    let value: [Double]?
    /// The derivative of the value's sum by x; nil where there is none.
    let derivative: [Double]?
    let function: @Sendable (Tensor) -> Tensor

    init(
      _ x: [Double], _ value: [Double]?, _ derivative: [Double]?, _ function: @escaping @Sendable (Tensor) -> Tensor
    ) {
      self.x = x
      self.value = value
      self.derivative = derivative
      self.function = function
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let edges: [Edge]
    var testDescription: String { text }
  }

  private static let infinity = Double.infinity

  static let rows: [Row] = [
    Row(
      text: "| relu, abs at 0 | 0 | 0 |",
      edges: [Edge([0, -0.0], [0, 0], [0, 0]) { $0.relu() }, Edge([0, -0.0], [0, 0], [0, 0]) { $0.abs() }]),
    Row(
      text: "| relu, softplus, silu, gelu, geluTanh at +∞ and −∞ | +∞, 0 | 1, 0 |",
      edges: [
        Edge([infinity, -infinity], [infinity, 0], [1, 0]) { $0.relu() },
        Edge([infinity, -infinity], [infinity, 0], [1, 0]) { $0.softplus() },
        Edge([infinity, -infinity], [infinity, 0], [1, 0]) { $0.silu() },
        Edge([infinity, -infinity], [infinity, 0], [1, 0]) { $0.gelu() },
        Edge([infinity, -infinity], [infinity, 0], [1, 0]) { $0.geluTanh() },
      ]),
    Row(
      text: "| sigmoid, tanh, erf at +∞ and −∞ | 1, and 0 or −1 | 0 |",
      edges: [
        Edge([infinity, -infinity], [1, 0], [0, 0]) { $0.sigmoid() },
        Edge([infinity, -infinity], [1, -1], [0, 0]) { $0.tanh() },
        Edge([infinity, -infinity], [1, -1], [0, 0]) { $0.erf() },
      ]),
    Row(text: "| square root at 0 | 0 | +∞ |", edges: [Edge([0], [0], [infinity]) { $0.squareRoot() }]),
    Row(text: "| log at 0 | −∞ | +∞ |", edges: [Edge([0], [-infinity], [infinity]) { $0.log() }]),
    Row(
      text: "| `timesLog` (x log y) at x = 0 | 0 | by y: 0; by x: log y, and 0 if y ≤ 0 |",
      edges: [
        Edge([0, 1, -1, 0.5], [0, 0, 0, 0], [0, 0, 0, 0]) { Tensor([0, 0, 0, 0]).timesLog($0) },
        Edge([0, 0, 0], [0, 0, 0], [0, 0, 0]) { $0.timesLog(Tensor([0, 1, -1])) },
        Edge([0], [0], [0]) { $0.timesLog($0) },
      ]),
    Row(
      text: "| maximum, minimum of equals | the value | half to each |",
      edges: [
        Edge([3], [3], [0.5]) { Tensor.maximum($0, 3) }, Edge([3], [3], [0.5]) { Tensor.minimum($0, 3) },
        Edge([3], [3], [0.5]) { Tensor.maximum($0, Tensor([3.0], dtype: $0.dtype)) },
        Edge([3], [3], [0.5]) { Tensor.minimum(Tensor([3.0], dtype: $0.dtype), $0) },
      ]),
    Row(
      text: "| max, min with ties | the value | shared evenly |",
      edges: [
        Edge([2, 7, 7, 1, 7, 7], [7], [0, 0.25, 0.25, 0, 0.25, 0.25]) { $0.max() },
        Edge([2, 7, 2], [2], [0.5, 0, 0.5]) { $0.min() },
      ]),
    Row(
      text: "| norms of 0 | 0 | 0 |",
      edges: [1, 1.5, 2, 3, infinity].map { order in Edge([0, 0], [0], [0, 0]) { $0.norm(order: order) } }),
    Row(
      text: "| softmax, log-softmax, logSumExp of only −∞ | 0, −∞, −∞ | 0 |",
      edges: [
        Edge([-infinity, -infinity], [0, 0], [0, 0]) { $0.softmax() },
        Edge([-infinity, -infinity], [-infinity, -infinity], [0, 0]) { $0.logSoftmax() },
        Edge([-infinity, -infinity], [-infinity], [0, 0]) { $0.logSumExp() },
      ]),
    Row(
      text: "| logits of ±10⁴ | exact to rounding, no overflow | the same |",
      edges: [
        // 9984 is in bfloat16 what is nearest to 10⁴; the others hold it too.
        Edge([9984, -9984], [1, 0], nil) { $0.softmax() },
        Edge([9984, -9984], [0, -19968], nil) { $0.logSoftmax() },
        Edge([9984, -9984], [9984], [1, 0]) { $0.logSumExp() },
        Edge([9984, -9984], [19968], [1, -1]) { $0.crossEntropy(with: Tensor(1, dtype: .int64)) },
        Edge([9984, -9984], [0], [0, 0]) { $0.crossEntropy(with: Tensor(0, dtype: .int64)) },
        Edge([9984, -9984], [9984, 0], [1, 0]) { $0.binaryCrossEntropy(with: Tensor([0, 0])) },
        Edge([9984, -9984], [1, 0], [0, 0]) { $0.sigmoid() },
        Edge([9984, -9984], [9984, 0], [1, 0]) { $0.softplus() },
      ]),
    Row(
      text: "| variance, standard deviation of equal numbers | 0 | 0 |",
      edges: [
        Edge([1.5, 1.5, 1.5], [0], [0, 0, 0]) { $0.variance() },
        Edge([1.5, 1.5, 1.5], [0], [0, 0, 0]) { $0.standardDeviation() },
      ]),
    Row(
      text: "| product with zeros | 0 | the product of the others |",
      edges: [
        Edge([0, 2, 3], [0], [6, 0, 0]) { $0.product() }, Edge([0, 0, 3], [0], [0, 0, 0]) { $0.product() },
      ]),
    Row(
      text: "| product out of range | 0 or ±∞ | the product of the others |",
      edges: [
        // In float64 by way of float32, out of whose range it is too.
        Edge([0x1p-100, 0x1p-100, 1], [0], [0x1p-100, 0x1p-100, 0]) { x in
          x.dtype == .float64 ? x.converted(to: .float32).product().converted(to: .float64) : x.product()
        },
        Edge([infinity, 2], [infinity], [2, infinity]) { $0.product() },
        Edge([-infinity, 2], [-infinity], [2, -infinity]) { $0.product() },
      ]),
    Row(
      text: "| sum, product, mean of nothing | 0, 1, NaN | none |",
      edges: [
        Edge([], [0], []) { $0.sum() }, Edge([], [1], []) { $0.product() }, Edge([], [.nan], []) { $0.mean() },
      ]),
    Row(
      text: "| sort, in either order | NaN comes last | to the place it came from |",
      edges: [
        Edge([2, .nan, 1], [1, 4, .nan], [2, 4, 1]) { $0.sorted(alongAxis: 0).values * Tensor([1, 2, 4]) },
        Edge([2, .nan, 1], [2, 2, .nan], [1, 4, 2]) {
          $0.sorted(alongAxis: 0, descending: true).values * Tensor([1, 2, 4])
        },
      ]),
  ]

  @Test(arguments: rows, [DType.float64, .float32, .bfloat16])
  func eachRowHolds(_ row: Row, _ dtype: DType) {
    for (place, edge) in row.edges.enumerated() {
      let x = Tensor(edge.x, dtype: dtype)
      let value = edge.function(x)
      let what = "\(row.text), \(dtype), \(place)"
      if let expected = edge.value { #expect(equal(value, expected), "\(what): \(value.doubles)") }
      guard let derivative = edge.derivative else { continue }
      let found = gradient(of: x) { edge.function($0).sum() }
      #expect(equal(found, derivative), "\(what): derivative \(found.doubles)")
      // Written in operations, as an enclosing derivative asks for it.
      let composed = composedCotangent(of: x, Tensor(1, dtype: value.dtype)) { edge.function($0).sum() }
      #expect(equal(composed, derivative), "\(what): composed derivative \(composed.doubles)")
    }
  }

  @Test func theGuideHasTheseRows() throws {
    let guide = URL(filePath: #filePath).appending(path: "../../../../Documentation/tensors.md").standardizedFileURL
    let lines = try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: "## At the edges"))
    let table = lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
    #expect(Array(table) == EdgeTableTests.rows.map(\.text))
  }

  private func equal(_ tensor: Tensor, _ expected: [Double]) -> Bool {
    let values = tensor.doubles
    return values.count == expected.count
      && zip(values, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}
