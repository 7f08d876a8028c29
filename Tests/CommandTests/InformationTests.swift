import Foundation
import Testing

/// `surprisal information`: values against known ones, kinds of columns, every form of answer, and mistakes.
@Suite struct InformationTests {
  /// 60 rows in which y copies x and z does not.
  private static let words: String = {
    let rows = (0..<60).map { row in
      let x = ["a", "b", "c"][row % 3]
      return "\(x),\(x == "a" ? "no" : "yes"),\(["u", "v"][row / 3 % 2]),\(Double(row) * 0.37 + Double(row % 7))"
    }
    return "x,y,z,number\n" + rows.joined(separator: "\n") + "\n"
  }()

  private func measures(_ outcome: Tool.Outcome) throws -> [[String: Any]] {
    try #require(try outcome.object()["measures"] as? [[String: Any]])
  }

  @Test func entropiesOfWords() throws {
    try Tool.within { tool in
      try tool.write(InformationTests.words, to: "words.csv")
      let outcome = try tool.run("information entropy words.csv --columns x,y --estimator plug-in --json")
      let found = try measures(outcome).map { try #require($0["nats"] as? Double) }
      #expect(abs(found[0] - log(3)) < 1e-12, "three equal levels have log 3")
      #expect(abs(found[1] - (log(3) - 2.0 / 3 * log(2))) < 1e-12)
      let joint = try tool.run("information joint words.csv --columns x,y --estimator plug-in --json")
      #expect(abs(try #require(measures(joint)[0]["nats"] as? Double) - log(3)) < 1e-12, "y is known from x")
      let given = try tool.run("information conditional words.csv --columns y --given x --json")
      #expect(try measures(given)[0]["nats"] as? Double == 0)
      let mutual = try tool.run("information mutual words.csv --columns x,z --permutations 99 --json")
      #expect(try #require(measures(mutual)[0]["independencePValue"] as? Double) > 0.05)
    }
  }

  @Test func everyKindOfPair() throws {
    try Tool.within { tool in
      try tool.write(InformationTests.words, to: "words.csv")
      let text = try tool.run("information mutual words.csv --target number")
      #expect(text.output.contains("I(x; number)") && text.output.contains("discrete and continuous"))
      let matrix = try tool.run("information matrix words.csv --csv")
      #expect(matrix.output.split(separator: "\n").count == 1 + 9, "six pairs and three entropies")
      let drawn = try tool.run("information matrix words.csv --plot map.svg")
      #expect(drawn.code == 0 && drawn.output.contains("number"))
      #expect(
        try String(decoding: tool.bytes(of: "map.svg"), as: UTF8.self).contains("Mutual information of words.csv"))
      let both = try tool.run("information mutual words.csv --columns x,y --given z --json")
      #expect(try #require(measures(both)[0]["nats"] as? Double) > 0.5)
      let pairs = try tool.run("information pointwise words.csv --columns x,y")
      #expect(pairs.output.contains("x = a, y = yes") && pairs.output.contains("-inf"))
    }
  }

  @Test func samplesAndModelsAreCompared() throws {
    try Tool.within { tool in
      try tool.write(InformationTests.words, to: "p.csv")
      try tool.write("x\n" + String(repeating: "a\na\nb\nc\n", count: 20), to: "q.csv")
      let kl = try tool.run("information kl p.csv q.csv --columns x --estimator plug-in --json")
      let expected = 1.0 / 3 * log((1.0 / 3) / 0.5) + 2.0 / 3 * log((1.0 / 3) / 0.25)
      #expect(abs(try #require(measures(kl)[0]["nats"] as? Double) - expected) < 1e-12)
      let cross = try tool.run("information cross-entropy p.csv q.csv --columns x --estimator plug-in --json")
      #expect(abs(try #require(measures(cross)[0]["nats"] as? Double) - expected - log(3)) < 1e-12)
      _ = try tool.run("fit gmm old-faithful --components 2 --model m.safetensors --quiet")
      let model = try tool.run("information cross-entropy old-faithful m.safetensors --json")
      // −(−1130.26396018) / 272.
      #expect(abs(try #require(measures(model)[0]["nats"] as? Double) - 1130.26396018 / 272) < 1e-9)
      #expect(try tool.run("information kl old-faithful m.safetensors").code == 0)
    }
  }

  @Test(arguments: [
    ("information mutual words.csv", 64, ["4 columns", "information matrix"]),
    ("information conditional words.csv --columns x", 64, ["--given is missing"]),
    ("information entropy words.csv --continuous x", 64, ["holds words"]),
    ("information entropy words.csv --discrete y --continuous y", 64, ["both --discrete and --continuous"]),
    ("information entropy words.csv --discrete w", 64, ["`w`"]),
    ("information cross-entropy words.csv words.csv --quiet", 64, ["one discrete column"]),
    ("information kl words.csv none.safetensors", 66, ["none.safetensors"]),
    ("information mutual words.csv --columns x,y --neighbors 0", 64, ["from 1 to 1000"]),
    ("information mutual words.csv --target color", 64, ["`color`"]),
    ("information mutual words.csv --target x --given y", 64, ["--given does not go with --target"]),
    ("information mutual words.csv --columns x,y --given z --permutations 9", 64, ["--permutations"]),
    ("information mutual words.csv --columns x,y --given y", 64, ["in --columns and in --given"]),
    ("information matrix words.csv --csv --json", 64, ["--csv does not go with --json"]),
    ("information kl m.safetensors words.csv", 64, ["the model comes second"]),
    ("information kl - -", 64, ["read once only"]),
    ("distribution student-t --degrees-of-freedom -1 --location 0 --scale 1", 64, ["--degrees-of-freedom is -1.0"]),
    ("distribution dirichlet --concentration 1,2 --quantiles 0.5", 64, ["single numbers"]),
    ("information entropy gaps.csv", 65, ["gaps.csv", "missing"]),
    ("information conditional words.csv --columns y --given 3 --discrete 4", 64, ["`4`", "as in --columns"]),
    ("information matrix alone.csv", 65, ["`name` and `x`", "every row is alone in its class"]),
    ("information pointwise identities.csv --quiet", 64, ["1100 × 1100 levels", "too many pairs"]),
    ("information matrix gaps.csv --plot map.svg", 65, ["missing"]),
    ("information matrix words.csv --plot ./words.csv", 64, ["the same file"]),
  ])
  func mistakes(line: String, code: Int32, fragments: [String]) throws {
    try Tool.within { tool in
      try tool.write(InformationTests.words, to: "words.csv")
      try tool.write("x,y\n1,a\n2,\n3,c\n", to: "gaps.csv")
      try tool.write("name,x\na,0.1\nb,0.7\nc,3.3\nd,2.5\ne,1.5\n", to: "alone.csv")
      try tool.write("x,y\n" + (0..<1_100).map { "u\($0),w\($0)\n" }.joined(), to: "identities.csv")
      expectError(try tool.run(line), code: code, saying: fragments)
      #expect(throws: (any Error).self, "no picture of what failed") { try tool.bytes(of: "map.svg") }
      #expect(try tool.bytes(of: "words.csv") == Data(InformationTests.words.utf8), "no input is written over")
    }
  }

  /// Numbers of columns count those of the file, also where --columns takes a few of them.
  @Test func numbersOfColumnsCountThoseOfTheFile() throws {
    try Tool.within { tool in
      try tool.write(InformationTests.words, to: "words.csv")
      let named = try tool.run("information conditional words.csv --columns z --given x --json")
      let numbered = try tool.run("information conditional words.csv --columns 3 --given 1 --json")
      #expect(named.code == 0 && numbered.output == named.output)
      #expect(try measures(numbered)[0]["measure"] as? String == "H(z | x)")
      let target = try tool.run("information mutual words.csv --columns 2,4 --target 4 --json")
      #expect(try measures(target)[0]["measure"] as? String == "I(y; number)")
      let kl = try tool.run("information kl words.csv words.csv --columns 4 --continuous 4 --json")
      #expect(kl.code == 0)
    }
  }

  /// A word behind the rows by which columns of words are found.
  @Test func lateWordsOfDiscreteColumns() throws {
    try Tool.within { tool in
      try tool.write("k,v\n" + (0..<40).map { "\($0 % 2),\($0)\n" }.joined() + "x,3\n", to: "late.csv")
      expectError(try tool.run("information entropy late.csv --columns k"), code: 65, saying: ["late.csv:42", "`x`"])
      let found = try tool.run("information entropy late.csv --columns k --discrete k --json")
      #expect(try measures(found)[0]["kind"] as? String == "discrete, 3 levels")
    }
  }

  /// What is not known of the mean surprisal under a model: of one row, and of rows beyond its range.
  @Test func unknownErrorsAreInfinite() throws {
    try Tool.within { tool in
      _ = try tool.run("fit gmm old-faithful --components 1 --model m.safetensors --quiet")
      try tool.write("eruptions,waiting\n2,60\n", to: "one.csv")
      let far = (0..<9).map { "\($0)e200,\($0)\n" }.joined()
      try tool.write("eruptions,waiting\n" + far, to: "far.csv")
      for name in ["one", "far"] {
        let text = try tool.run("information cross-entropy \(name).csv m.safetensors")
        #expect(text.code == 0 && text.output.contains("-inf … inf") && !text.output.contains("nan"), "\(name)")
      }
      let kl = try tool.run("information kl far.csv m.safetensors")
      #expect(kl.code == 0 && kl.output.contains("0.0000 … inf") && !kl.output.contains("nan"))
    }
  }

  @Test func quantilesBeyondWholeNumbers() throws {
    try Tool.within { tool in
      // Near the mean 10¹⁶, where counts are 2 apart; and where all but 10⁻³⁰⁰ of the mass is at 0.
      let poisson = try tool.run("distribution poisson --rate 1e16 --quantiles 0.3 --json").object()
      let points = try #require(poisson["points"] as? [[String: Any]])
      let x = try #require(points[0]["x"] as? Double)
      #expect(abs(x - (1e16 - 0.5244005127080409 * 1e8)) < 10)
      let narrow = try tool.run("distribution gamma --concentration 1e-300 --rate 1 --quantiles 0.975")
      #expect(narrow.code == 0 && narrow.output.contains("-1e+300 nats = -1.442695e+300 bits"))
    }
  }

  @Test func distributionsAnswer() throws {
    try Tool.within { tool in
      let normal = try tool.run("distribution normal --mean 0 --standard-deviation 1 --at 1 --json").object()
      #expect(abs(try #require(normal["entropyNats"] as? Double) - 1.4189385332046727) < 1e-15)
      let points = try #require(normal["points"] as? [[String: Any]])
      #expect(abs(try #require(points[0]["cumulative"] as? Double) - 0.8413447460685429) < 1e-15)
      let poisson = try tool.run("distribution poisson --rate 4 --plot p.svg --quantiles 0.5,0.999")
      #expect(poisson.code == 0 && poisson.output.contains("2.086673 nats"))
      #expect(try String(decoding: tool.bytes(of: "p.svg"), as: UTF8.self).contains("poisson, rate 4"))
      // Both quartiles are 0; the masses of 1 and 2 are seen all the same.
      #expect(try tool.run("distribution poisson --rate 0.1 --plot few.svg").code == 0)
      let few = try String(decoding: tool.bytes(of: "few.svg"), as: UTF8.self)
      let bars = try #require(few.firstMatch(of: /style="stroke-width:[0-9.]+" d="([^"]*)"/))
      #expect(bars.1.filter { $0 == "M" }.count > 1)
      expectError(try tool.run("distribution poisson --rate -4"), code: 64, saying: ["rate", "-4"])
      expectError(try tool.run("distribution gamma --rate 1"), code: 64, saying: ["--concentration is missing"])
      expectError(
        try tool.run("distribution normal --mean 1,2 --standard-deviation 1"), code: 64, saying: ["one number"])
      expectError(
        try tool.run("distribution dirichlet --concentration 1,2 --plot d.svg"), code: 64, saying: ["single numbers"])
      expectError(
        try tool.run("distribution dirichlet --concentration 1,2 --at 0.2,0.3,0.5"), code: 64, saying: ["3 numbers"])
      expectError(try tool.run("distribution gama"), code: 64, saying: ["did you mean"])
    }
  }
}
