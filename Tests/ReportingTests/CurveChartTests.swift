import Foundation
import Testing

@testable import SurprisalReporting

/// Where curves, rings and panels lie.
@Suite struct CurveChartTests {
  private let chart = CurveChart(panels: [
    .init(
      "loss",
      curves: [
        .init("a", points: [(0, 1), (10, 2), (20, 4)], marked: 10), .init("b", points: [(0, 3), (20, 3)], marked: 5),
      ]),
    .init("rate", curves: [.init("c", points: [(0, 1), (5, 10), (10, 100)])], isLogarithmic: true),
  ])

  /// The points of every curve.
  private func curves(_ checker: MarkupChecker) -> [[(x: Double, y: Double)]] {
    checker.attributes.filter { $0.element == "path" && $0.values["stroke-linejoin"] == "round" }.map { path in
      (path.values["d"] ?? "").split { "ML".contains($0) }.map { point in
        let numbers = point.split(separator: " ").compactMap { Double($0) }
        return (numbers.first ?? .nan, numbers.last ?? .nan)
      }
    }
  }

  @Test func panelsShareTheStepsAndStandBelowEachOther() throws {
    let curves = curves(MarkupChecker(chart.svg()))
    try #require(curves.map(\.count) == [3, 2, 3])
    let (first, flat, second) = (curves[0], curves[1], curves[2])
    // Steps 0, 10 and 20; 0, 5 and 10.
    #expect(abs(first[1].x - (first[0].x + first[2].x) / 2) < 0.2 && first[0].x < first[2].x)
    #expect(abs(second[0].x - first[0].x) < 0.2 && abs(second[2].x - first[1].x) < 0.2)
    // Larger is higher: 1, 2, 4 and a flat 3 along a line.
    #expect(first[0].y > first[1].y && first[1].y > first[2].y)
    #expect(abs((first[0].y - first[1].y) * 2 - (first[1].y - first[2].y)) < 0.5)
    #expect(abs(flat[0].y - (first[1].y + first[2].y) / 2) < 0.5 && flat[0].y == flat[1].y)
    // Equal ratios are equally far apart on a logarithmic axis.
    #expect(abs((second[0].y - second[1].y) - (second[1].y - second[2].y)) < 0.2)
    #expect(second.map(\.y).min() ?? 0 > (first.map(\.y).max() ?? .infinity) + 40)
  }

  /// A ring is around the point of its step, and there is none where no point has it.
  @Test func theMarkedPointIsRinged() throws {
    let checker = MarkupChecker(chart.svg())
    let rings = checker.attributes.filter { $0.element == "circle" }
    try #require(rings.count == 1)
    let point = curves(checker)[0][1]
    #expect(rings[0].values["cx"].flatMap(Double.init) == point.x)
    #expect(rings[0].values["cy"].flatMap(Double.init) == point.y)
  }

  @Test func stretchesAreMeansOfStepsAndValues() {
    let thinned = CurveDrawing.thinned((0..<1_000).map { (step: Double($0), value: Double($0 * $0)) })
    #expect(thinned.count == 400)
    // Of 0 and 1, and of 997, 998 and 999.
    #expect(thinned[0].step == 0.5 && thinned[0].value == 0.5)
    #expect(abs(thinned[399].step - 998) < 1e-9 && abs(thinned[399].value - (998.0 * 998 + 2.0 / 3)) < 1e-6)
    let few = CurveDrawing.thinned([(step: 1, value: 2), (step: 3, value: 4)])
    #expect(few.map(\.step) == [1, 3] && few.map(\.value) == [2, 4])
  }
}
