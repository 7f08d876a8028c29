import Foundation
import Surprisal
import Testing

/// What `select linear` answers.
@Suite struct SelectLinearTests {
  /// x³ − x with small deviations at 25 places.
  private static let cubic: (text: String, y: [Double]) = {
    let rows = (-12...12).map { (index: Int) -> (x: Double, y: Double) in
      let x = Double(index) / 4
      return (x, x * x * x - x + [0.05, -0.05, 0, 0.02, -0.02][(index + 12) % 5])
    }
    return ("x,y\n" + rows.map { "\($0.x),\($0.y)\n" }.joined(), rows.map(\.y))
  }()

  /// Whether a number of an answer, which has 16 digits, is `expected`.
  private func isNear(_ value: Any?, _ expected: Double) -> Bool {
    abs((value as? Double ?? .nan) - expected) <= 1e-12 * expected
  }

  /// The library on the same data: folds are drawn from the seed.
  @Test func candidatesAreThoseOfTheLibrary() throws {
    try Tool.within { tool in
      try tool.write(Self.cubic.text, to: "c.csv")
      let data = try SupervisedData(
        Table(contentsOf: tool.folder.appendingPathComponent("c.csv").path), targets: ["y"])
      var answers: [[Double]] = []
      for (folds, seed) in [(5, 0), (5, 3), (12, 3)] {
        let line = "select linear c.csv --target y --degrees 1-4 --decays 0,0.5 --folds \(folds) --seed \(seed) --json"
        let object = try tool.run(line).object()
        let expected = try RegressionSelection(
          data.inputs, data.targets, degrees: Array(1...4), decays: [0, 0.5], folds: folds, seed: UInt64(seed))
        let candidates = try #require(object["candidates"] as? [[String: Any]])
        #expect(candidates.count == 8 && object["folds"] as? Int == folds && object["rows"] as? Int == 25)
        for (found, candidate) in zip(candidates, expected.candidates) {
          #expect(found["degree"] as? Int == candidate.degree && found["decay"] as? Double == candidate.decay)
          #expect(isNear(found["loss"], candidate.loss) && isNear(found["standardError"], candidate.standardError))
          #expect(isNear(found["rootMeanSquaredError"], candidate.rootMeanSquaredError))
        }
        #expect(isNear((object["best"] as? [String: Any])?["loss"], expected.best.loss))
        answers.append(expected.candidates.map(\.loss))
      }
      #expect(answers[0] != answers[1] && answers[1] != answers[2])
    }
  }

  /// The model is the best candidate, fitted to all rows.
  @Test func theModelIsTheBest() throws {
    try Tool.within { tool in
      try tool.write(Self.cubic.text, to: "c.csv")
      let line = "select linear c.csv --target y --degrees 1-3 --decays 0,0.5 --folds 5 --model m.st"
      let outcome = try tool.run(line)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let best = outcome.output.split(separator: "\n").filter { $0.hasSuffix("best") }
      #expect(best.count == 1 && best[0].split(separator: " ").prefix(2) == ["3", "0"], "\(outcome.output)")
      #expect(outcome.output.hasPrefix("linear of c.csv: 25 rows, 5 folds"))
      let rows = try tool.run("predict m.st c.csv").output.split(separator: "\n").dropFirst()
      #expect(rows.count == 25)
      for (row, y) in zip(rows, Self.cubic.y) {
        #expect(abs((Double(row.split(separator: ",")[1]) ?? .nan) - y) < 0.12)
      }
    }
  }

  @Test(
    arguments: [
      ("--target y --decays=-1", 64, "--decays"), ("--target y --folds 26", 64, "26 folds"),
      ("--target y --folds 1", 64, "--folds"), ("--target y --degrees 0-2", 64, "--degrees"), ("", 64, "--target"),
      ("--target z", 64, "`z`"),
    ] as [(String, Int32, String)])
  func mistakesAreNamed(options: String, code: Int32, words: String) throws {
    try Tool.within { tool in
      try tool.write(Self.cubic.text, to: "c.csv")
      expectError(try tool.run("select linear c.csv \(options) --model m.st"), code: code, saying: [words])
      #expect(try tool.names() == ["c.csv"])
    }
  }

  @Test func classesAreRefused() throws {
    try Tool.within { tool in
      try tool.write(TrainCommandTests.words, to: "w.csv")
      expectError(
        try tool.run("select linear w.csv --target kind"), code: 65, saying: ["w.csv", "classes", "train softmax"])
    }
  }
}
