import Foundation
import Testing

/// Streams, signals and files: what holds whatever goes wrong (rule R, A31, A65–A67).
@Suite struct StreamTests {
  private static let table = "a,b\n1,2\n3,5\n2,9\n5,1\n4,4\n"

  /// Rule R: an error leaves standard output empty and every file as it was.
  @Test(arguments: [
    ("fit gmm bad.csv --components 1 -o keep.st --report new.html", Int32(65)),
    ("fit gmm missing.csv -o keep.st", 66),
    ("fit gmm a.csv --components 9 -o keep.st", 65),
    ("fit gmm a.csv --components 1 -o keep.st --report no/folder/x.html", 73),
    ("fit gmm a.csv --components 1 -o folder", 73),
    ("fit gmm a.csv --components 1 -o a.csv", 64),
    ("fit gmm a.csv --components 1 -o new.st --report new.st", 64),
    ("fit gmm a.csv --components 1 -o -", 64),
    ("score keep.st a.csv", 65), ("score a.csv a.csv", 65), ("sample bad.csv", 65),
    ("verify bad.csv", 65), ("verify keep.st", 65), ("inspect missing.csv", 66),
  ])
  func errorsChangeNothing(line: String, code: Int32) throws {
    try Tool.within { tool in
      try tool.write(StreamTests.table, to: "a.csv")
      try tool.write("a,b\n1,2\n3,x\n", to: "bad.csv")
      try tool.write("precious", to: "keep.st")
      try FileManager.default.createDirectory(
        at: tool.folder.appendingPathComponent("folder"), withIntermediateDirectories: false)
      let names = try tool.names()
      expectError(try tool.run(line), code: code, saying: [])
      #expect(try tool.names() == names)
      #expect(try tool.bytes(of: "keep.st") == Data("precious".utf8))
      #expect(try tool.bytes(of: "a.csv") == Data(StreamTests.table.utf8))
    }
  }

  @Test func dataErrorsNameThePlace() throws {
    try Tool.within { tool in
      try tool.write("a,b\n1,2\n3,x\n", to: "bad.csv")
      expectError(try tool.run("fit gmm bad.csv"), code: 65, saying: ["error: bad.csv:3:2: ", "`x`"])
    }
  }

  @Test(arguments: ["fit gmm a.csv --components 1", "--version", "man", "sample m.st --count 100000"])
  func aFullDiskIsAnInputOutputError(line: String) throws {
    try Tool.within { tool in
      try tool.write(StreamTests.table, to: "a.csv")
      _ = try tool.run("fit gmm a.csv --components 1 -o m.st --prior")
      let outcome = try tool.shell("surprisal \(line) > /dev/full")
      expectError(outcome, code: 74, saying: ["standard output", "No space left"])
    }
  }

  /// Acceptance test A31: a reader that leaves early is no error.
  @Test func aBrokenPipeIsQuiet() throws {
    try Tool.within { tool in
      #expect(try tool.run("fit gmm old-faithful --components 2 -o m.st").code == 0)
      let before = try tool.bytes(of: "m.st")
      let outcome = try tool.shell(
        "surprisal sample m.st --count 200000 | head -1; echo ${PIPESTATUS[0]}")
      #expect(outcome.output == "eruptions,waiting\n141\n")
      #expect(outcome.errors.isEmpty)
      #expect(try tool.bytes(of: "m.st") == before)
    }
  }

  /// Acceptance test A67.
  @Test func closedStreamsHaveDefinedEnds() throws {
    try Tool.within { tool in
      try tool.write(StreamTests.table, to: "a.csv")
      let noInput = try tool.shell("surprisal fit gmm - --components 1 <&-")
      expectError(noInput, code: 66, saying: ["standard input is closed"])
      let unused = try tool.shell("surprisal fit gmm a.csv --components 1 --prior <&- -o m.st")
      #expect(unused.code == 0)
      let noOutput = try tool.shell("surprisal fit gmm a.csv --components 1 --prior -o n.st >&-")
      #expect(noOutput.code == 74)
      #expect(noOutput.errors.contains("standard output"))
      let noErrors = try tool.shell("surprisal fit gmm a.csv --components 1 --prior -o o.st 2>&-")
      #expect(noErrors.code == 0 && !noErrors.output.isEmpty)
      let none = try tool.shell("surprisal fit gmm a.csv --components 1 --prior -o p.st <&- >&- 2>&-")
      #expect(none.code == 74)
      let models = try ["m.st", "o.st"].map(tool.bytes)
      #expect(models[0] == models[1])
      for name in ["m.st", "o.st"] { #expect(try tool.run(["verify", name]).code == 0) }
    }
  }

  @Test(arguments: [("INT", Int32(130)), ("TERM", 143)])
  func signalsEndAFit(name: String, code: Int32) throws {
    try Tool.within { tool in
      let outcome = try tool.shell(
        """
        set -m
        '\(Tool.executable.path)' fit gmm overlapping --components 12 --starts 1000000 -o m.st &
        sleep 2
        kill -\(name) $!
        (sleep 20; kill -9 $!) 2> /dev/null &
        wait %1
        code=$?
        kill -9 %2
        exit $code
        """)
      #expect(outcome.code == code, "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("error: stopped by SIG\(name)"))
      #expect(try tool.names().isEmpty)
    }
  }

  /// Acceptance test A66: neither names nor the environment change a bit.
  @Test(arguments: ["with space.csv", "line\nbreak.csv", "größe 数.csv"])
  func namesAndLocalesChangeNothing(name: String) throws {
    try Tool.within { tool in
      try tool.write(StreamTests.table, to: "a.csv")
      try tool.write(StreamTests.table, to: name)
      let plain = try tool.run("fit gmm a.csv --components 2 --prior --json")
      let odd = try tool.run(
        ["fit", "gmm", name, "--components", "2", "--prior", "--json"],
        environment: ["TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE"])
      #expect(odd.code == 0, "\(odd.errors)")
      let parameters = try [plain, odd].map { outcome in
        let range = try #require(
          outcome.output.range(of: "\"parameters\".*\"selection\"", options: .regularExpression))
        return String(outcome.output[range])
      }
      #expect(parameters[0] == parameters[1])
      let wrong = try tool.run(["fit", "gmm", "no \(name)"])
      expectError(wrong, code: 66, saying: [])
    }
  }

  @Test func aFileWinsOverABuiltInName() throws {
    try Tool.within { tool in
      try tool.write(StreamTests.table, to: "old-faithful")
      let outcome = try tool.run("inspect old-faithful --json")
      #expect(try outcome.object()["rows"] as? Int == 5)
      #expect(outcome.errors.contains("note: old-faithful is read as the file ./old-faithful"))
    }
  }
}

/// How columns are found (A65) and which tables are read.
@Suite struct ColumnTests {
  private static let rows = "1,2\n3,5\n2,9\n5,1\n4,4\n"

  @Test func columnsAreMatchedByNameElseByPosition() throws {
    try Tool.within { tool in
      try tool.write("a,b\n" + ColumnTests.rows, to: "train.csv")
      try tool.write("kind,b,a\nx,2,1\ny,5,3\nx,9,2\ny,1,5\nx,4,4\n", to: "other.csv")
      try tool.write(ColumnTests.rows, to: "bare.csv")
      #expect(try tool.run("fit gmm train.csv --components 1 -o m.st --prior").code == 0)
      let expected = try tool.run("score m.st train.csv").output
      #expect(try tool.run("score m.st other.csv").output == expected)
      #expect(try tool.run("score m.st bare.csv").output == expected)
      #expect(try tool.run("score m.st train.csv --columns b,a").output == expected)
      try tool.write("a,c\n" + ColumnTests.rows, to: "wrong.csv")
      expectError(
        try tool.run("score m.st wrong.csv"), code: 65, saying: ["wrong.csv", "[a, c]", "[a, b]"])
      try tool.write("1\n2\n", to: "narrow.csv")
      expectError(try tool.run("assign m.st narrow.csv"), code: 65, saying: ["[x1]", "[a, b]"])
      try tool.write("b\n2\n5\n", to: "given.csv")
      let given = try tool.run("condition m.st given.csv")
      #expect(given.output.hasPrefix("row,a:mean,a:variance\n"))
      expectError(
        try tool.run("condition m.st given.csv --given c"), code: 64, saying: ["'c'", "[a, b]"])
      expectError(
        try tool.run("condition m.st train.csv --given a,b"), code: 64, saying: ["all columns"])
    }
  }

  @Test func tablesComeInSeveralForms() throws {
    try Tool.within { tool in
      try tool.write("a;b\n1,0;2,5\n3,0;5,5\n2,0;9,5\n", to: "german.csv")
      let line = "inspect german.csv --delimiter semicolon --decimal , --json"
      #expect(try tool.run(line).object()["rows"] as? Int == 3)
      try tool.write("a,b,w\n1,2,1\n3,5,2\n2,9,1\n5,1,0\n,4,1\n", to: "weighted.csv")
      let weighted = try tool.run(
        "fit gmm weighted.csv --components 1 --prior --weights w --columns a,b --missing drop --json")
      #expect(weighted.errors.contains("note: 1 row with"))
      #expect(try weighted.object()["totalWeight"] as? Double == 4)
      expectError(
        try tool.run("fit gmm weighted.csv --components 1"), code: 65, saying: ["weighted.csv:6:1"])
    }
  }

  @Test func numpyFilesAreTables() throws {
    try Tool.within { tool in
      // A .npy file of float64, written by hand from the format's description.
      var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 2), }"
      while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
      header += "\n"
      var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(header.utf8.count), 0])
      bytes += Data(header.utf8)
      for value in [1.0, 2, 3, 5, 2, .nan, 5, 1] {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += Data($0) }
      }
      try bytes.write(to: tool.folder.appendingPathComponent("x.npy"))
      expectError(
        try tool.run("fit gmm x.npy --components 1"), code: 65, saying: ["x.npy", "row 3 column x2"])
      let outcome = try tool.run("fit gmm x.npy --components 1 --prior --missing drop --json")
      #expect(try outcome.object()["rows"] as? Int == 3)
      let piped = try tool.shell(
        "cat x.npy | surprisal fit gmm - --components 1 --prior --missing drop --json")
      #expect(try piped.object()["logLikelihood"] as? Double == outcome.object()["logLikelihood"] as? Double)
      #expect(try tool.run("verify x.npy").code == 0)
      try bytes.dropLast().write(to: tool.folder.appendingPathComponent("short.npy"))
      expectError(try tool.run("verify short.npy"), code: 65, saying: ["short.npy"])
    }
  }

  @Test func everyFlippedBitOfAModelIsFound() throws {
    try Tool.within { tool in
      #expect(try tool.run("fit gmm old-faithful --components 2 -o m.st").code == 0)
      let whole = try tool.bytes(of: "m.st")
      for place in stride(from: 0, to: whole.count, by: whole.count / 40) {
        var bytes = whole
        bytes[bytes.startIndex + place] ^= 1 << UInt8(place % 8)
        try bytes.write(to: tool.folder.appendingPathComponent("m.safetensors"))
        expectError(try tool.run("verify m.safetensors"), code: 65, saying: ["m.safetensors"])
      }
    }
  }

  /// Acceptance test A68: a header of a million columns ends in bounded time and memory.
  @Test func aMillionColumnsAreBounded() throws {
    try Tool.within { tool in
      let names = (1...1_000_000).map { "c\($0)" }.joined(separator: ",")
      let cells = Array(repeating: "1", count: 1_000_000).joined(separator: ",")
      try tool.write("\(names)\n\(cells)\n", to: "wide.csv")
      let outcome = try tool.shell(
        "ulimit -v 8000000; surprisal inspect wide.csv --columns c1,c1000000 --json")
      #expect([0, 65].contains(outcome.code), "\(outcome.errors)")
    }
  }
}
