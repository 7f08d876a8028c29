import Foundation
import Testing

/// `surprisal information` of columns of both kinds, and of columns that used to lead it astray.
@Suite struct InformationKindTests {
  /// A fixed generator: the same rows everywhere.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var mixed = state
      mixed = (mixed ^ (mixed >> 31)) &* 0x7FB5_D329_728E_A185
      return mixed ^ (mixed >> 27)
    }

    mutating func normal() -> Double {
      let (u, v) = (Double.random(in: 1e-300..<1, using: &self), Double.random(in: 0..<1, using: &self))
      return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }
  }

  /// 2,000 rows: d is a, b or c by 0.5, 0.3, 0.2; x is normal around 2 for each letter beyond a, and z goes with x by
  /// 0.6 within a letter; e is another word than d's in one row of five, between two words.
  private static let mixed: String = {
    var generator = Generator(state: 7)
    var text = "d,e,x,z\n"
    for _ in 0..<2000 {
      let u = Double.random(in: 0..<1, using: &generator)
      let level = u < 0.5 ? 0 : u < 0.8 ? 1 : 2
      let a = generator.normal()
      let isOther = Double.random(in: 0..<1, using: &generator) < 0.2
      let e = (level == 0) != isOther ? "low" : "high"
      text += "\(["a", "b", "c"][level]),\(e),\(2 * Double(level) + a),\(0.6 * a + 0.8 * generator.normal())\n"
    }
    return text
  }()

  private func measure(_ line: String, _ tool: Tool) throws -> [String: Any] {
    let outcome = try tool.run(line + " --json")
    #expect(outcome.code == 0, "\(line): \(outcome.errors)")
    return try #require((try outcome.object()["measures"] as? [[String: Any]])?.first)
  }

  /// The truths are formulas of normal numbers, H(D | X) is by quadrature (scipy).
  @Test(arguments: [
    ("conditional m.csv --columns x --given d", "h(x | d)", 1.4189385332046727),
    ("conditional m.csv --columns x --given d,z", "h(x | d, z)", 1.4189385332046727 - 0.22314355131420976),
    ("conditional m.csv --columns d --given x", "H(d | x)", 0.45156840742057924),
    ("conditional m.csv --columns e --given d,z", "H(e | d, z)", 0.5004024235381879),
    ("joint m.csv --columns d,x", "h(d, x)", 2.4485915472692463),
    ("mutual m.csv --columns x,z --given d", "I(x; z | d)", 0.22314355131420976),
    ("mutual m.csv --columns e,z --given d", "I(e; z | d)", 0.0),
    ("mutual m.csv --columns e,x --given d,z", "I(e; x | d, z)", 0.0),
    // Given z alone it would be about 0.15.
    ("mutual m.csv --columns e,x --given z,d", "I(e; x | z, d)", 0.0),
  ])
  func bothKinds(line: String, name: String, truth: Double) throws {
    try Tool.within { tool in
      try tool.write(InformationKindTests.mixed, to: "m.csv")
      let found = try measure("information " + line, tool)
      #expect(found["measure"] as? String == name)
      let nats = try #require(found["nats"] as? Double)
      #expect(abs(nats - truth) < 0.06, "\(line): \(nats), not \(truth)")
      let interval = try #require(found["interval95Nats"] as? [Double])
      #expect(interval[0] <= truth && truth <= interval[1] && interval[1] - interval[0] < 0.4, "\(interval)")
      #expect(try #require(found["estimator"] as? String).contains("nearest neighbor"))
    }
  }

  /// Where a kind of row is too rare for an interval, none is given and the answer says so.
  @Test func noIntervalIsSaid() throws {
    try Tool.within { tool in
      let rows = (0..<60).map { "\($0 < 50 ? "a" : "alone\($0)"),\(Double($0 * 17 % 61) + Double($0) / 997)\n" }
      try tool.write("d,x\n" + rows.joined(), to: "rare.csv")
      let found = try measure("information conditional rare.csv --columns x --given d", tool)
      #expect(found["interval95Nats"] as? [String] == ["-Infinity", "Infinity"])
      let notes = try #require(found["assumptions"] as? [String])
      #expect(notes.contains { $0.contains("no interval is sound") } && notes.contains { $0.contains("10 rows alone") })
      let text = try tool.run("information conditional rare.csv --columns x --given d").output
      #expect(text.contains("-inf … inf") && text.contains("no interval is sound"))
    }
  }

  /// Two columns of numbers on a grid are counted, by the estimator asked for.
  @Test func theEstimatorIsHeeded() throws {
    var generator = Generator(state: 3)
    var (text, cells, rows, columns) = ("x,y\n", [[Double]](), [Double](), [Double]())
    cells = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    (rows, columns) = ([0, 0, 0, 0], [0, 0, 0, 0])
    for _ in 0..<800 {
      let x = Int.random(in: 0..<4, using: &generator)
      let y = Double.random(in: 0..<1, using: &generator) < 0.5 ? x : Int.random(in: 0..<4, using: &generator)
      text += "\(Double(x) / 2),\(Double(y) / 2)\n"
      cells[x][y] += 1
      rows[x] += 1
      columns[y] += 1
    }
    var plugIn = 0.0
    for x in 0..<4 {
      for y in 0..<4 where cells[x][y] > 0 {
        plugIn += cells[x][y] / 800 * log(cells[x][y] * 800 / rows[x] / columns[y])
      }
    }
    let seen = cells.joined().filter { $0 > 0 }.count
    try Tool.within { tool in
      try tool.write(text, to: "grid.csv")
      let line = "information mutual grid.csv --continuous x,y"
      let counted = try measure(line + " --estimator plug-in", tool)
      #expect(abs(try #require(counted["nats"] as? Double) - plugIn) < 1e-12)
      let corrected = try measure(line, tool)
      let miller = plugIn - Double(seen - 4 - 4 + 1) / 1600
      #expect(abs(try #require(corrected["nats"] as? Double) - miller) < 1e-12)
    }
  }

  /// A column that names its rows leaves its own cells open, not the others'.
  @Test func anIdentityLeavesItsCellsOpen() throws {
    try Tool.within { tool in
      var text = "name,kind,x\n"
      for row in 0..<60 { text += "n\(row),\(row % 2 == 0 ? "u" : "v"),\(Double(row * 31 % 61) * 0.37)\n" }
      try tool.write(text, to: "t.csv")
      let outcome = try tool.run("information matrix t.csv --plot map.svg")
      #expect(outcome.code == 0 && outcome.errors.contains("warning: `name` and `x`: "), "\(outcome.errors)")
      #expect(outcome.output.contains("–: cannot be estimated"), "\(outcome.output)")
      #expect(outcome.output.split(separator: "\n").contains { $0.hasPrefix("name ") && $0.hasSuffix(" –") })
      let csv = try tool.run("information matrix t.csv --csv --quiet").output.split(separator: "\n")
      #expect(csv.count == 1 + 5 && csv.contains("name,x,,,,,"), "\(csv)")
      let object = try tool.run("information matrix t.csv --json --quiet").object()
      let rows = try #require(object["measures"] as? [[String: Any]])
      let missing = try #require(rows.first { $0["measure"] as? String == "I(name; x)" })
      #expect(missing["nats"] is NSNull && (missing["missing"] as? String)?.contains("alone in its class") == true)
      let other = try #require(rows.first { $0["measure"] as? String == "I(kind; x)" })
      #expect(other["nats"] is Double && other["missing"] == nil)
      #expect(!String(decoding: try tool.bytes(of: "map.svg"), as: UTF8.self).contains("nan"))
      let ranking = try tool.run("information mutual t.csv --target x")
      #expect(ranking.code == 0 && ranking.output.contains("cannot be estimated"), "\(ranking.output)")
    }
  }

  /// A pipe gives what a file gives.
  @Test func pipesReadAsFilesDo() throws {
    try Tool.within { tool in
      let late = "k,v\n" + (0..<40).map { "\($0 % 2),\($0)\n" }.joined() + "x,3\n"
      try tool.write(late, to: "late.csv")
      let line = "--columns k --discrete k --estimator plug-in --json"
      let file = try tool.run("information entropy late.csv \(line)").object()
      let pipe = try tool.run("information entropy - \(line)", input: late)
      #expect(pipe.code == 0, "\(pipe.errors)")
      let (a, b) = (try #require(file["measures"] as? NSArray), try #require(pipe.object()["measures"] as? NSArray))
      #expect(a == b)
      expectError(
        try tool.run("information entropy - --columns k", input: late), code: 65, saying: ["-:42", "`x`"])
    }
  }

  /// Whole numbers that float64 holds as one are different levels, as --discrete and where they are few.
  @Test func largeNumbersAreWords() throws {
    try Tool.within { tool in
      let text = "id\n" + (0..<40).map { "900719925474099\(2 + $0 % 2)\n" }.joined()
      try tool.write(text, to: "id.csv")
      for options in ["--discrete id", ""] {
        for (name, input) in [("id.csv", ""), ("-", text)] {
          let line = "information entropy \(name) \(options) --estimator plug-in --json"
          let rows = try tool.run(line, input: input).object()["measures"] as? [[String: Any]]
          let nats = try #require(rows?.first?["nats"] as? Double)
          #expect(abs(nats - log(2)) < 1e-15, "\(line): \(nats)")
        }
      }
    }
  }

  /// log p(x, y) / (p(x) p(y)) of every pair, and −∞ where there is none.
  @Test func pointwiseNumbers() throws {
    let counts = [["a": 12.0, "b": 3, "c": 0], ["a": 5, "b": 10, "c": 20]]
    var text = "x,y\n"
    for (x, row) in zip(["p", "q"], counts) {
      for (y, count) in row.sorted(by: { $0.key < $1.key }) {
        text += String(repeating: "\(x),\(y)\n", count: Int(count))
      }
    }
    try Tool.within { tool in
      try tool.write(text, to: "t.csv")
      let object = try tool.run("information pointwise t.csv --json").object()
      let rows = try #require(object["measures"] as? [[String: Any]])
      #expect(rows.count == 6)
      let n = 50.0
      for (x, row) in zip(["p", "q"], counts) {
        for (y, count) in row {
          let found = try #require(rows.first { $0["measure"] as? String == "x = \(x), y = \(y)" })
          let (px, py) = (row.values.reduce(0, +), counts.reduce(0) { $0 + ($1[y] ?? 0) })
          if count == 0 {
            #expect(found["nats"] as? String == "-Infinity" && found["bits"] as? String == "-Infinity")
            continue
          }
          let expected = log(count * n / (px * py))
          #expect(abs(try #require(found["nats"] as? Double) - expected) < 1e-13, "\(x), \(y)")
          #expect(abs(try #require(found["bits"] as? Double) - expected / log(2)) < 1e-13, "\(x), \(y)")
          let variance = n / count - n / px - n / py + 2 * n * count / (px * py) - 1
          let error = try #require(found["standardErrorNats"] as? Double)
          #expect(abs(error - (max(0, variance) / n).squareRoot()) < 1e-13, "\(x), \(y)")
          let interval = try #require(found["interval95Nats"] as? [Double])
          #expect(interval[0] < expected && expected < interval[1])
        }
      }
    }
  }
}
