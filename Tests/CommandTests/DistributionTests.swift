import Foundation
import Testing

/// `surprisal distribution`: numbers against scipy, every family's example, JSON without loss, plots, and mistakes.
@Suite struct DistributionTests {
  private static let numbers = "x,y,w\n1,0,1\n2,0,1\n2,0,1\n5,1,0\n5,1,1\n5,1,1\n7.5,1,1\n11,1,0\n"

  /// What `Tests/References/distribution_command.py` wrote.
  private func cases() throws -> [[String: Any]] {
    let path = URL(filePath: #filePath).appending(path: "../../References/distribution_command.json")
      .standardizedFileURL
    return try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [[String: Any]])
  }

  /// Numbers in the order they stand, "-Infinity" and the like among them.
  private static func flat(_ value: Any?) -> [Double] {
    switch value {
    case let list as [Any]: list.flatMap(flat)
    case let number as NSNumber: [number.doubleValue]
    case let text as String: Double(text).map { [$0] } ?? []
    default: []
    }
  }

  private static func isNear(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-12 * max(1, abs($1)) }
  }

  @Test func numbersAreThoseOfScipy() throws {
    let cases = try cases()
    #expect(cases.count == 16)
    try Tool.within { tool in
      try tool.write(DistributionTests.numbers, to: "numbers.csv")
      for expected in cases {
        let line = try #require(expected["line"] as? String)
        let found = try tool.run("distribution \(line) --json").object()
        let points = try #require(found["points"] as? [[String: Any]])
        for (key, value) in expected where key != "line" {
          let want = DistributionTests.flat(value)
          switch key {
          case "logDensity", "cumulative":
            let name = key == "logDensity" ? "logDensityNats" : key
            let have = points.flatMap { DistributionTests.flat($0[name]) }
            #expect(DistributionTests.isNear(have, want), "\(line): \(key) \(have), not \(want)")
          case "entropy":
            let have = DistributionTests.flat(found["entropyNats"])
            #expect(DistributionTests.isNear(have, want), "\(line): \(have), not \(want)")
          case "entropyOfEstimate":
            try expectEntropy(found, near: want[0], line)
          default:
            let have = DistributionTests.flat(found[key])
            #expect(DistributionTests.isNear(have, want), "\(line): \(key) \(have), not \(want)")
          }
        }
      }
    }
  }

  /// An entropy that is exact, or whose bounds hold the truth and whose estimate is within five standard errors (a
  /// false failure in 2 million; the seed is fixed).
  private func expectEntropy(_ found: [String: Any], near truth: Double, _ line: String) throws {
    if let exact = found["entropyNats"] as? Double {
      #expect(abs(exact - truth) < 1e-8, "\(line)")
      return
    }
    if let bounds = found["entropyBoundsNats"] as? [Double] {
      #expect(bounds[0] <= truth && truth <= bounds[1], "\(line): \(bounds), truth \(truth)")
    }
    let value = try #require(found["entropyEstimateNats"] as? Double)
    let error = try #require(found["entropyEstimateStandardErrorNats"] as? Double)
    #expect(abs(value - truth) < 5 * error && error < 0.02, "\(line): \(value) ± \(error), truth \(truth)")
  }

  /// The example in the help of every family runs, and says its units.
  @Test func everyExampleRuns() throws {
    try Tool.within { tool in
      let help = try tool.run("distribution --help").output
      let block = try #require(help.components(separatedBy: "\ndistributions\n").last)
      let names = block.components(separatedBy: "\n").prefix { $0.hasPrefix("  ") }.compactMap { line in
        line.hasPrefix("   ") ? nil : line.split(separator: " ").first.map(String.init)
      }
      #expect(names.count == 27, "\(names)")
      for name in names {
        let help = try tool.run("distribution \(name) --help").output
        let line = try #require(
          help.components(separatedBy: "\nexamples\n  ").last?.components(separatedBy: "\n").first)
        let outcome = try tool.shell(line)
        #expect(outcome.code == 0, "\(line): \(outcome.errors)")
        for word in ["mean [x]", "variance [x²]", "mode [x]", "nats = "] {
          #expect(outcome.output.contains(word), "\(line): \(outcome.output)")
        }
        let isMass = outcome.output.contains("log mass [nats]") && outcome.output.contains("surprisal [bits]")
        let isDensity = outcome.output.contains("log density [nats]") && outcome.output.contains("differential")
        #expect(isMass != isDensity || !outcome.output.contains("─"), "\(line): \(outcome.output)")
      }
    }
  }

  /// No infinity is lost: its text reads back; what does not exist is null.
  @Test func infinitiesAreWritten() throws {
    try Tool.within { tool in
      let poisson = try tool.run("distribution poisson --rate 4 --at 3.5 --json")
      #expect(poisson.output.contains("\"logDensityNats\":\"-Infinity\""))
      let heavy = try tool.run("distribution student-t --degrees-of-freedom 1.5 --location 0 --scale 1 --json").object()
      #expect(heavy["variance"] as? String == "Infinity" && heavy["mean"] as? Double == 0)
      let cauchy = try tool.run("distribution student-t --degrees-of-freedom 1 --location 0 --scale 1 --json").object()
      #expect(cauchy["mean"] is NSNull)
      let text = try tool.run("distribution student-t --degrees-of-freedom 1 --location 0 --scale 1")
      #expect(text.output.contains("mean [x]       –") && !text.output.contains("nan"))
    }
  }

  /// Parameters are said again as they were given.
  @Test func parametersAreSaid() throws {
    try Tool.within { tool in
      let line = "distribution mixture --weights 0.3,0.7 --of normal --mean 0,3 --standard-deviation 1"
      let object = try tool.run(line + " --json").object()
      let parameters = try #require(object["parameters"] as? [String: Any])
      #expect(parameters["weights"] as? [Double] == [0.3, 0.7] && parameters["of"] as? [String] == ["normal"])
      #expect(parameters["mean"] as? [Double] == [0, 3] && parameters["standard-deviation"] as? Double == 1)
      let text = try tool.run(line).output
      #expect(text.hasPrefix("mixture, of normal, weights 0.3, 0.7, mean 0, 3, standard-deviation 1\n"))
      let wishart = try tool.run("distribution wishart --degrees-of-freedom 5 --scale 2,0.3;0.3,1").output
      #expect(wishart.contains("mean [x]       10, 1.5; 1.5, 5\n"))
    }
  }

  /// A column from a file, a pipe and an array has one distribution; weights are shares.
  @Test func dataFromEverySource() throws {
    try Tool.within { tool in
      try tool.write(DistributionTests.numbers, to: "numbers.csv")
      let file = try tool.run("distribution empirical numbers.csv --column x --at 5 --json").object()
      let pipe = try tool.run("distribution empirical - --column 1 --at 5 --json", input: DistributionTests.numbers)
      #expect(try DistributionTests.flat(pipe.object()["points"]) == DistributionTests.flat(file["points"]))
      var array = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
      let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (8,), }"
      let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
      array += Data([118, 0]) + Data(padded.utf8)
      for value in [1, 2, 2, 5, 5, 5, 7.5, 11] { withUnsafeBytes(of: value) { array += Data($0) } }
      try array.write(to: tool.folder.appendingPathComponent("x.npy"))
      let npy = try tool.run("distribution empirical x.npy --at 5 --json").object()
      #expect(npy["mean"] as? Double == 4.8125 && npy["entropyNats"] as? Double == file["entropyNats"] as? Double)
      let weighted = try tool.run("distribution empirical numbers.csv --column x --weights w --at 5 --json").object()
      // Six rows of weight 1, two of them 5.
      let point = try #require((weighted["points"] as? [[String: Any]])?.first)
      #expect(abs(try #require(point["logDensityNats"] as? Double) - log(2.0 / 6)) < 1e-14)
    }
  }

  @Test(arguments: [
    ("mixture --weights 0.3,0.6 --of normal --mean 0,1 --standard-deviation 1", 64, ["weights", "must be 1"]),
    ("mixture --weights 0.5,0.5 --of normal,poisson --mean 0 --standard-deviation 1 --rate 3", 64, ["a mass"]),
    ("mixture --weights 0.5,0.5 --of normal --mean 0,1,2 --standard-deviation 1", 64, ["3 numbers for 2 parts"]),
    ("mixture --weights 0.5,0.5 --of normal --mean 0,1", 64, ["--standard-deviation is missing", "normal needs it"]),
    ("mixture --weights 0.5,0.5 --of norml --mean 0", 64, ["did you mean normal"]),
    ("mixture --weights 0.5,0.5 --of normal --mean 0 --standard-deviation 1,-1", 64, ["--standard-deviation is -1.0"]),
    ("mixture --weights 0.2,0.5,0.3 --of normal,laplace --mean 0", 64, ["2 names and --weights 3"]),
    ("mixture --of normal --mean 0", 64, ["--weights is missing", "for example"]),
    ("wishart --degrees-of-freedom 0.5 --scale 2,0.3;0.3,1", 64, ["--degrees-of-freedom is 0.5"]),
    ("wishart --degrees-of-freedom 5 --scale 2,0.3,0.3", 64, ["2 × 2"]),
    ("wishart --degrees-of-freedom 5 --scale 2,0.3;1", 64, ["rows of 2, 1 numbers"]),
    ("wishart --degrees-of-freedom 5 --scale 1,2;2,1", 64, ["--scale is not positive definite"]),
    ("wishart --degrees-of-freedom 5 --scale 2,0.3;0.3,1 --at 1,2,3", 64, ["3 numbers, an event has 4"]),
    ("wishart --degrees-of-freedom 5 --scale 2,0.3;0.3,1 --plot p.svg", 64, ["single numbers"]),
    ("one-hot --probabilities 0.5,0.6", 64, ["--probabilities", "must be 1"]),
    ("relaxed-categorical --temperature 1", 64, ["--probabilities or --logits"]),
    ("relaxed-categorical --temperature 0 --logits 1,2", 64, ["--temperature is 0"]),
    ("relaxed-categorical --temperature 1 --probabilities 0,1", 64, ["has a 0"]),
    ("diagonal-normal --mean 0,1 --standard-deviation 1", 64, ["1 of 2"]),
    ("low-rank-normal --mean 0,0 --factor 1,2,3 --diagonal 1,1", 64, ["--factor", "2 × 1"]),
    ("low-rank-normal --mean 0,0 --factor 1,2 --diagonal 1,-1", 64, ["--diagonal is -1.0"]),
    ("independent --of normal --mean 0,1,2 --standard-deviation 1,2", 64, ["2 numbers for 3 parts"]),
    ("independent --of normal --mean 0 --standard-deviation 1 --rate 2", 64, ["--rate is no parameter of normal"]),
    ("transformed --of poisson --by exp --rate 3", 64, ["poisson has a mass"]),
    ("transformed --of normal --by power --exponent 2 --mean 0 --standard-deviation 1", 64, ["not one-to-one"]),
    ("transformed --of normal --by exp --shift 3 --mean 0 --standard-deviation 1", 64, ["--shift is of --by affine"]),
    ("transformed --of normal --by affine --factor 0 --mean 0 --standard-deviation 1", 64, ["scale"]),
    ("transformed --of normal --by expp --mean 0", 64, ["did you mean exp"]),
    ("empirical numbers.csv", 64, ["3 columns: x, y, w", "--column"]),
    ("empirical numbers.csv --column z", 64, ["`z`"]),
    ("empirical none.csv", 66, ["none.csv"]),
    ("empirical words.csv", 65, ["words.csv:3"]),
    ("normal --mean 1;2 --standard-deviation 1", 64, ["one number"]),
  ])
  func mistakes(line: String, code: Int32, fragments: [String]) throws {
    try Tool.within { tool in
      try tool.write(DistributionTests.numbers, to: "numbers.csv")
      try tool.write("x\n1\nred\n", to: "words.csv")
      expectError(try tool.run("distribution \(line)"), code: code, saying: fragments)
      #expect(throws: (any Error).self, "no picture of what failed") { try tool.bytes(of: "p.svg") }
    }
  }

  /// Tails without a mean have no expected log-derivative: no estimate from samples stands in for it.
  @Test(arguments: ["exp 1", "exp 0.5", "softplus 1", "softplus 0.5", "tanh 1", "tanh 0.5"])
  func anEntropyThatDoesNotExistIsNotANumber(words: String) throws {
    try Tool.within { tool in
      let parts = words.split(separator: " ")
      let line = "distribution transformed --of student-t --by \(parts[0]) --degrees-of-freedom \(parts[1])"
      let found = try tool.run("\(line) --location 0 --scale 1 --json").object()
      #expect(found["entropyNats"] == nil && found["entropyEstimateNats"] == nil, "\(found)")
      #expect((found["entropyNote"] as? String)?.contains("does not converge") == true, "\(found)")
    }
  }
}
