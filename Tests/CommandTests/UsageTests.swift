import Foundation
import SurprisalCommand
import Testing

/// What a wrong command line gets: exit 64, one line that names option, value and range, and the mend.
@Suite struct UsageTests {
  @Test(arguments: [
    ("", ["no command is given"]),
    ("--verson", ["--verson", "did you mean --version?"]),
    ("scoer m d", ["'scoer'", "did you mean 'surprisal score'?"]),
    ("fit", ["no model is given", "gaussian-mixture"]),
    ("fit old-faithful", ["no model 'old-faithful'", "gaussian-mixture"]),
    ("fit gaussian-mixtur x", ["did you mean 'surprisal fit gaussian-mixture'?"]),
    ("fit gmm", ["DATA is missing", "old-faithful", "standard input"]),
    ("fit gmm old-faithful --componets 2", ["--componets", "did you mean --components?"]),
    ("fit gmm old-faithful --epchs 2", ["unknown option '--epchs'"]),
    ("fit gmm old-faithful --maximum 2", ["did you mean --maximum-iterations?"]),
    ("fit gmm old-faithful --tolerence 1", ["did you mean --tolerance?"]),
    ("fit gmm old-faithful -x", ["unknown option '-x'"]),
    ("fit gmm old-faithful extra", ["unexpected argument 'extra'"]),
    ("fit gmm old-faithful --components", ["--components has no value", "1 to 10000"]),
    ("fit gmm old-faithful --components --json", ["--components has no value"]),
    ("fit gmm old-faithful --json=yes", ["--json takes no value", "yes"]),
    ("fit gmm old-faithful --seed 1 --seed 2", ["--seed is given twice"]),
    ("fit gmm old-faithful --covariance ful", ["'ful'", "EII", "did you mean full?"]),
    ("fit gmm old-faithful --prior-mean-strength 1", ["add --prior"]),
    ("fit gmm old-faithful --columns eruptoins", ["eruptoins", "eruptions"]),
    ("fit k-means old-faithful", ["--clusters is missing"]),
    ("score m d --threshold 1", ["--threshold", "'1'", "between 0 and 1"]),
    ("select gmm old-faithful --components 3-1", ["--components", "'3-1'", "1-9"]),
    ("select gmm old-faithful --covariances full,foo", ["--covariances", "foo"]),
    ("completions zhs", ["zhs", "did you mean zsh?"]),
    ("help scor", ["did you mean 'surprisal score'?"]),
    ("verify -", ["standard input"]),
  ])
  func namesTheMistake(line: String, fragments: [String]) throws {
    try Tool.within { expectError(try $0.run(line), code: 64, saying: fragments) }
  }

  /// Acceptance test A39.
  @Test(arguments: [
    ("components", "0", "from 1 to 10000"), ("components", "-1", "from 1 to 10000"),
    ("components", "2.5", "from 1 to 10000"), ("components", "abc", "from 1 to 10000"),
    ("components", "1e9", "from 1 to 10000"), ("components", "1000000000", "from 1 to 10000"),
    ("components", "", "from 1 to 10000"), ("starts", "0", "from 1 to 1000000"),
    ("seed", "18446744073709551616", "from 0 to 18446744073709551615"), ("seed", "-1", "from 0 to"),
    ("seed", "0x10", "from 0 to"), ("tolerance", "NaN", "from 0 to 1"),
    ("tolerance", "-1", "from 0 to 1"), ("tolerance", "inf", "from 0 to 1"),
    ("tolerance", "1e400", "from 0 to 1"), ("maximum-iterations", "0", "from 1 to"),
    ("threads", "0", "from 1 to 1024"), ("threads", "99999999999999999999", "from 1 to 1024"),
    ("delimiter", "ab", "one character"), ("delimiter", "\n", "one character"), ("decimal", ";", "one of"),
    ("header", "maybe", "yes, no, auto"), ("missing", "ignore", "error, drop"),
    ("on-collapse", "restat", "did you mean restart?"), ("acceleration", "none2", "none"),
    ("columns", "a,,b", "separated by commas"), ("weights", "a,b", "'a,b'"),
  ])
  func namesOptionValueAndRange(option: String, value: String, range: String) throws {
    try Tool.within { tool in
      let joined = try tool.run(["fit", "gmm", "old-faithful", "--\(option)=\(value)"])
      let shown = value == "\n" ? "\\n" : value
      expectError(joined, code: 64, saying: ["--\(option)", "'\(shown)'", range])
      let apart = try tool.run(["fit", "gmm", "old-faithful", "--\(option)", value])
      #expect(apart.errors == joined.errors)
    }
  }

  @Test func theLargestSeedIsRead() throws {
    try Tool.within { tool in
      let outcome = try tool.run("fit gmm old-faithful --components 1 --seed 18446744073709551615 --json")
      #expect(outcome.code == 0)
      #expect(try outcome.object()["seed"] as? String == "18446744073709551615")
    }
  }

  @Test func hyphensEndOptionsAndNameStandardInput() throws {
    try Tool.within { tool in
      try tool.write("a,b\n1,2\n3,5\n2,9\n5,1\n", to: "-odd.csv")
      #expect(try tool.run("inspect -- -odd.csv").code == 0)
      let piped = try tool.run("fit gmm - --components 1 --json", input: "a,b\n1,2\n3,5\n2,9\n5,1\n")
      #expect(try piped.object()["rows"] as? Int == 4)
    }
  }
}

/// The parser by itself.
@Suite struct ParsingTests {
  @Test(arguments: [
    ("--componets", "--components"), ("components", "--components"), ("--tol", "--tolerance"),
    ("--x", nil), ("--zzzzzz", nil),
  ])
  func findsTheNearestName(text: String, expected: String?) {
    #expect(nearest(to: text, among: ["--components", "--tolerance", "--seed"]) == expected)
  }

  @Test func everyLeafHasASummaryAnExampleAndDistinctOptions() {
    for (path, command) in Command.root.leaves {
      #expect(!command.examples.isEmpty, "\(path)")
      let names = command.optionNames
      #expect(Set(names).count == names.count, "\(path)")
    }
  }
}
