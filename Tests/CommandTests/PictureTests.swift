import Foundation
import Testing

/// The numbers in the pictures: cells of the heat map and points of the plots, against values computed here.
@Suite struct PictureTests {
  /// x has three equal levels, y is known from x, z is independent of both: every entropy is known.
  private static let words: String = {
    let rows = (0..<60).map { row in
      let x = ["a", "b", "c"][row % 3]
      return "\(x),\(x == "a" ? "no" : "yes"),\(["u", "v"][row / 3 % 2])"
    }
    return "x,y,z\n" + rows.joined(separator: "\n") + "\n"
  }()

  private func picture(_ line: String) throws -> String {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write(PictureTests.words, to: "words.csv")
    try tool.write("v\n1\n2\n2\n5\n5\n5\n", to: "numbers.csv")
    let outcome = try tool.run(line + " --plot p.svg")
    #expect(outcome.code == 0, "\(outcome.errors)")
    return String(decoding: try tool.bytes(of: "p.svg"), as: UTF8.self)
  }

  @Test func cellsOfTheHeatMap() throws {
    let svg = try picture("information matrix words.csv --estimator plug-in")
    let (full, coarse) = (log(3.0), log(3.0) - 2.0 / 3 * log(2.0))
    // Entropies on the diagonal; I(x; y) = H(y), and what z says of the others is 0.
    let values = [[full, coarse, 0], [coarse, coarse, 0], [0, 0, log(2.0)]]
    let cell =
      /<rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)"[^>]*style="fill-opacity:([0-9.]+)"[^>]*>\s*<title>([a-z]), ([a-z]): ([^ ]+) nats<\/title>/
    let cells = svg.matches(of: cell)
    #expect(cells.count == 9)
    for found in cells {
      let (row, column) = (try place(found.5), try place(found.6))
      let value = values[row][column]
      let said = try #require(Double(found.7))
      #expect(abs(said - value) <= 5.01e-4 * max(0.1, value), "\(row), \(column): \(said), not \(value)")
      #expect(Double(found.1) == 130 + 54 * Double(column) && Double(found.2) == 120 + 54 * Double(row))
      #expect(found.3 == "53")
      let opacity = 0.06 + 0.84 * min(1, value / coarse)
      #expect(abs(try #require(Double(found.4)) - opacity) < 0.00501, "\(row), \(column)")
    }
    #expect(svg.contains(">1.10<") && svg.contains(">0.64<") && svg.contains(">(0.00)<"), "numbers in the cells")
    #expect(svg.contains("from 0 to 0.637 nats"))
  }

  private func place(_ name: Substring) throws -> Int { try #require(["x", "y", "z"].firstIndex(of: String(name))) }

  /// Points of a path of absolute moves, lines and vertical lines.
  private func points(_ path: Substring) -> [(x: Double, y: Double)] {
    path.split { $0 == "M" || $0 == "L" }.compactMap { part in
      let numbers = part.split { $0 == " " || $0 == "V" }.compactMap { Double($0) }
      return numbers.count > 1 ? (numbers[0], numbers[numbers.count - 1]) : nil
    }
  }

  /// The frame is 610 wide from 80 on and 260 high up from 320; the highest value is at 1/1.06 of that.
  @Test func pointsOfADensity() throws {
    let svg = try picture("distribution normal --mean 5 --standard-deviation 2")
    let curve = points(try #require(svg.firstMatch(of: /stroke-width:2" d="([^"]+)"/)).1)
    #expect(curve.count == 601)
    // The quantiles 0.0005 and 0.9995 are the ends.
    let end = 3.2905267314919255
    for (index, point) in curve.enumerated() {
      let z = end * (Double(index) / 300 - 1)
      #expect(abs(point.x - (80 + 610 * Double(index) / 600)) < 0.006, "\(index)")
      #expect(abs(point.y - (320 - 260 * exp(-z * z / 2) / 1.06)) < 0.006, "\(index)")
    }
    let band = try #require(svg.firstMatch(of: /<rect class="band" x="([0-9.]+)" y="60" width="([0-9.]+)"/))
    let left = 80 + 610 * (1 - 1.959963984540054 / end) / 2
    #expect(abs(try #require(Double(band.1)) - left) < 0.006)
    #expect(abs(try #require(Double(band.2)) - 610 * 1.959963984540054 / end) < 0.011)
    #expect(svg.contains("M385 60V320"), "the mean in the middle")
    #expect(svg.contains("95 % lie from 1.08007 to 8.91993"))
  }

  @Test func barsOfMasses() throws {
    let svg = try picture("distribution poisson --rate 4")
    let bars = points(try #require(svg.firstMatch(of: /stroke-width:[0-9.]+" d="(M[^"L]+V[^"]+)"/)).1)
    var mass = exp(-4.0)
    var masses: [Double] = []
    for count in 0..<bars.count {
      masses.append(mass)
      mass *= 4 / Double(count + 1)
    }
    let most = try #require(masses.max())
    #expect(bars.count == 13, "from 0 to the quantile 0.9995")
    for (count, bar) in bars.enumerated() {
      #expect(abs(bar.y - (320 - 260 * masses[count] / most / 1.06)) < 0.006, "\(count)")
      let step = (bars[bars.count - 1].x - bars[0].x) / Double(bars.count - 1)
      #expect(abs(bar.x - bars[0].x - step * Double(count)) < 0.011, "\(count)")
    }
  }

  /// A sample's bars stand at its own numbers.
  @Test func barsOfASample() throws {
    let svg = try picture("distribution empirical numbers.csv")
    let bars = points(try #require(svg.firstMatch(of: /stroke-width:[0-9.]+" d="(M[^"L]+V[^"]+)"/)).1)
    #expect(bars.count == 3)
    for (bar, mass) in zip(bars, [1.0, 2, 3]) { #expect(abs(bar.y - (320 - 260 * mass / 3 / 1.06)) < 0.006) }
    #expect(abs((bars[2].x - bars[0].x) / (bars[1].x - bars[0].x) - 4) < 0.001)
  }
}
