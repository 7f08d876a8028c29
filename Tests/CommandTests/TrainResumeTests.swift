import Foundation
import Testing

/// Trainings that are stopped, killed and gone on with.
@Suite struct TrainResumeTests {
  /// A training with a checkpoint every third step, so that kills fall into saves too.
  private static let settings =
    #"{"schedule":{"name":"constant"},"data":{"validation":0.2},"training":{"checkpointSteps":3,"logSteps":2}}"#
  private static let line = "train mlp digits --config c.json --hidden 12 --limit 400 --batch 32 --quiet"

  private func start(_ tool: Tool, _ line: String) throws -> Process {
    let process = Process()
    process.executableURL = Tool.executable
    process.currentDirectoryURL = tool.folder
    process.arguments = line.split(separator: " ").map(String.init)
    let path = tool.folder.appendingPathComponent("errors")
    try Data().write(to: path)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: path)
    try process.run()
    return process
  }

  private func names(_ tool: Tool, in folder: String) -> [String] {
    let path = tool.folder.appendingPathComponent(folder).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  private func checkpoints(_ tool: Tool, in folder: String) -> [String] {
    names(tool, in: folder).filter { $0.hasPrefix("checkpoint-") && $0.hasSuffix(".safetensors") }
  }

  /// Waits until a checkpoint behind the first step is there.
  private func waitForSteps(_ tool: Tool, in folder: String) {
    for _ in 0..<1_000 {
      if let last = checkpoints(tool, in: folder).last, last > "checkpoint-00000000.safetensors" { return }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// The lines of a log whose process was killed: each but a torn last one is JSON, and steps never fall.
  private func checkLog(_ tool: Tool, in folder: String) throws {
    guard let data = try? tool.bytes(of: folder + "/metrics.jsonl") else { return }
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    lines.removeLast()
    var last = 0
    for line in lines {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      let step = try #require(object["step"] as? Int)
      #expect(step >= last)
      last = step
    }
  }

  private func expectEqual(_ tool: Tool, _ folder: String, _ whole: String) throws {
    let (files, expected) = (names(tool, in: folder), names(tool, in: whole))
    #expect(!files.contains { $0.contains(".tmp.") || $0 == "lock" }, "\(files)")
    #expect(checkpoints(tool, in: folder).last == checkpoints(tool, in: whole).last)
    let last = try #require(checkpoints(tool, in: whole).last)
    #expect(expected.contains("best.safetensors") && expected.contains("metrics.jsonl"))
    for name in ["best.safetensors", "metrics.jsonl", last] {
      #expect(try tool.bytes(of: "\(folder)/\(name)") == tool.bytes(of: "\(whole)/\(name)"), "\(name)")
    }
  }

  /// Acceptance tests A27, A28 and A69: 20 kills at random times, ten on one thread and ten on two.
  @Test(arguments: [1, 2]) func aKilledTrainingEndsWithTheSameBits(threads: Int) throws {
    try Tool.within { tool in
      try tool.write(Self.settings, to: "c.json")
      let line = Self.line + " --epochs 12 --threads \(threads)"
      #expect(try tool.run(line + " --run whole").code == 0)
      var generator = SplitMix(state: UInt64(threads))
      var kills = 0
      for _ in 0..<10 {
        let process = try start(tool, line + " --run killed --resume")
        usleep(UInt32(5_000 + generator.next() % 60_000))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal {
          kills += 1
        } else {
          #expect(process.terminationStatus == 0)
        }
        try checkLog(tool, in: "killed")
      }
      #expect(kills > 0)
      let end = try tool.run(line + " --run killed --resume")
      #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
      try expectEqual(tool, "killed", "whole")
    }
  }

  /// Acceptance test A30: a signal leaves a checkpoint and one line with its path; gone on with, the training has the
  /// bits of one that was never stopped.
  @Test(arguments: [(SIGINT, Int32(130), "SIGINT"), (SIGTERM, Int32(143), "SIGTERM")])
  func aSignalLeavesACheckpoint(signal: Int32, code: Int32, name: String) throws {
    try Tool.within { tool in
      try tool.write(Self.settings, to: "c.json")
      let process = try start(tool, Self.line + " --epochs 1000000 --run stopped --model m.st --threads 1")
      waitForSteps(tool, in: "stopped")
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == code)
      let text = String(decoding: try tool.bytes(of: "errors"), as: UTF8.self)
      #expect(text.hasPrefix("error: stopped by \(name) after step "), "\(text)")
      #expect(text.split(separator: "\n").count == 1 && text.contains("--resume"), "\(text)")
      let checkpoint = try #require(checkpoints(tool, in: "stopped").last)
      #expect(text.contains("stopped/\(checkpoint)"), "\(text)")
      #expect(!names(tool, in: ".").contains("m.st"))
      #expect(try tool.run(["verify", "stopped/\(checkpoint)"]).code == 0)
      let step = try #require(Int(checkpoint.dropFirst(11).prefix { $0 != "." }))
      let rest = Self.line + " --steps \(step + 25) --threads 1"
      #expect(try tool.run(rest + " --run stopped --resume").code == 0)
      #expect(try tool.run(rest + " --run whole").code == 0)
      for name in ["best.safetensors", "metrics.jsonl"] {
        #expect(try tool.bytes(of: "stopped/\(name)") == tool.bytes(of: "whole/\(name)"), "\(name)")
      }
    }
  }

  @Test func aSecondSignalEndsAtOnceAndHarmsNothing() throws {
    try Tool.within { tool in
      try tool.write(Self.settings, to: "c.json")
      let process = try start(tool, Self.line + " --epochs 1000000 --run r")
      waitForSteps(tool, in: "r")
      for _ in 0..<2 { kill(process.processIdentifier, SIGINT) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      let checkpoint = try #require(checkpoints(tool, in: "r").last)
      #expect(try tool.run(["verify", "r/\(checkpoint)"]).code == 0)
      #expect(try tool.run(["predict", "r/\(checkpoint)", "digits", "--limit", "1"]).code == 0)
    }
  }

  /// Without a folder there is nothing to go on with, and the line says so.
  @Test func aSignalWithoutAFolderWritesNothing() throws {
    try Tool.within { tool in
      let process = try start(tool, "train mlp digits --hidden 200 --epochs 1000000 --model m.st")
      Thread.sleep(forTimeInterval: 0.5)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 130)
      let text = String(decoding: try tool.bytes(of: "errors"), as: UTF8.self)
      #expect(text.contains("stopped by SIGINT") && text.contains("nothing was written"), "\(text)")
      #expect(try tool.names() == ["errors"])
    }
  }

  /// Acceptance test A38.
  @Test func twoTrainingsDoNotShareAFolder() throws {
    try Tool.within { tool in
      try tool.write(Self.settings, to: "c.json")
      let process = try start(tool, Self.line + " --epochs 1000000 --run r")
      waitForSteps(tool, in: "r")
      for more in ["", " --resume"] {
        expectError(
          try tool.run(Self.line + " --epochs 2 --run r" + more), code: 73,
          saying: ["r", "process \(process.processIdentifier)"])
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // The lock of a process that is gone is taken over; what it left is not written over.
      expectError(try tool.run(Self.line + " --epochs 1 --run r"), code: 73, saying: ["up to step", "resume"])
      let resumed = try tool.run(Self.line + " --epochs 1 --run r --resume --json")
      #expect(resumed.code == 0, "\(resumed.errors)")
      let checkpoint = try #require(checkpoints(tool, in: "r").last)
      #expect(try resumed.object()["checkpoint"] as? String == "r/\(checkpoint)")
    }
  }

  /// Acceptance test A69: a torn line of the log is cut off, and nothing is missing or said twice.
  @Test func aTornLogLineIsMended() throws {
    try Tool.within { tool in
      try tool.write(Self.settings, to: "c.json")
      let first = Self.line + " --threads 1 --run r --epochs 2"
      #expect(try tool.run(first).code == 0)
      let path = tool.folder.appendingPathComponent("r/metrics.jsonl")
      var log = try Data(contentsOf: path)
      log.append(contentsOf: #"{"step":21,"epoch":3,"lo"#.utf8)
      try log.write(to: path)
      #expect(try tool.run(Self.line + " --threads 1 --run r --epochs 4 --resume").code == 0)
      #expect(try tool.run(Self.line + " --threads 1 --run whole --epochs 4").code == 0)
      try expectEqual(tool, "r", "whole")
    }
  }

  /// Acceptance tests A36 and A37.
  @Test func otherDataAndOtherNetworksAreRefused() throws {
    try Tool.within { tool in
      try tool.write(TrainCommandTests.words, to: "w.csv")
      let line = "train mlp w.csv --target kind --validation 0 --hidden 3 --batch 2 --run r"
      #expect(try tool.run(line + " --epochs 1").code == 0)
      let more = line + " --epochs 2 --resume"
      for (options, fragments) in [
        ("--hidden 4", ["hidden was [3], is [4]"]), ("--hidden 3,3", ["hidden was [3], is [3,3]"]),
        ("--activation tanh", ["activation", "relu", "tanh"]), ("--dropout 0.5", ["dropout was 0.2, is 0.5"]),
      ] {
        let words = line.replacingOccurrences(of: "--hidden 3", with: "") + " --epochs 2 --resume "
        let outcome = try tool.run(words + (options.hasPrefix("--hidden") ? options : "--hidden 3 " + options))
        expectError(outcome, code: 65, saying: ["r/checkpoint-00000003.safetensors"] + fragments)
      }
      expectError(
        try tool.run("train softmax w.csv --target kind --validation 0 --batch 2 --run r --epochs 2 --resume"),
        code: 65, saying: ["mlp", "softmax"])
      expectError(try tool.run(more + " --seed 9"), code: 64, saying: ["seed was 0, is 9", "--seed 0"])
      try tool.write(TrainCommandTests.words.replacingOccurrences(of: "1.5,2", with: "1.6,2"), to: "w.csv")
      let changed = try tool.run(more)
      expectError(changed, code: 65, saying: ["fingerprint"])
      let digests = changed.errors.split { !$0.isHexDigit }.filter { $0.count == 64 }
      #expect(Set(digests).count == 2, "\(changed.errors)")
      let allowed = try tool.run(more + " --allow-data-change")
      #expect(allowed.code == 0 && allowed.errors.contains("the data were others"), "\(allowed.errors)")
    }
  }
}

/// Trainings that are gone on with by other settings.
@Suite struct TrainResumeSettingsTests {
  /// Settings that make other data of the same, or ask for another state, are named with both values: neither a
  /// fingerprint nor a list of tensors says what to change.
  @Test func settingsThatDifferAreNamed() throws {
    try Tool.within { tool in
      let line = "train mlp digits --hidden 4 --limit 200 --batch 60 --quiet --run r"
      #expect(try tool.run(line + " --epochs 1").code == 0)
      let (seed, share) = (["seed was 0, is 9", "--seed 0"], ["validation was 0.1, is 0.25", "--validation 0.1"])
      let raw = ["standardizes was true, is false", "no --raw-inputs"]
      let rule = ["optimizer was adamw, is sgd", "--optimizer adamw"]
      for (options, fragments) in [
        ("--seed 9", seed), ("--validation 0.25", share), ("--raw-inputs", raw), ("--optimizer sgd", rule),
        ("--optimizer lbfgs", ["optimizer was adamw, is lbfgs"]),
        ("--seed 9 --validation 0.25 --raw-inputs --optimizer sgd", seed + share + raw + rule),
      ] {
        let outcome = try tool.run("\(line) --epochs 2 --resume \(options)")
        expectError(outcome, code: 64, saying: ["r/checkpoint-00000003.safetensors"] + fragments)
        #expect(!outcome.errors.contains("fingerprint") && !outcome.errors.contains("missing:"), "\(outcome.errors)")
      }
      // Other data that are allowed are learned from.
      let allowed = "\(line) --epochs 2 --resume --validation 0.25 --allow-data-change"
      #expect(try tool.run(allowed).code == 0)
    }
  }

  @Test func momentumThatHasNoStateIsNamed() throws {
    try Tool.within { tool in
      let line = "train mlp digits --hidden 4 --limit 200 --quiet --run r --optimizer sgd --learning-rate 0.1"
      #expect(try tool.run(line + " --epochs 1").code == 0)
      let outcome = try tool.run(line + " --epochs 2 --resume --momentum 0.5")
      expectError(outcome, code: 64, saying: ["momentum was 0.0, is 0.5", "--momentum 0.0"])
    }
  }

  /// A checkpoint holds what L-BFGS knows of the curvature.
  @Test func aSearchGoesOnWithTheSameBits() throws {
    try Tool.within { tool in
      let line = "train softmax digits --optimizer lbfgs --limit 270 --validation 0 --batch 90 --threads 1 --quiet"
      #expect(try tool.run(line + " --epochs 8 --run whole").code == 0)
      #expect(try tool.run(line + " --epochs 3 --run parts").code == 0)
      let end = try tool.run(line + " --epochs 8 --run parts --resume")
      #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
      for name in ["metrics.jsonl", "checkpoint-00000008.safetensors"] {
        #expect(try tool.bytes(of: "parts/\(name)") == tool.bytes(of: "whole/\(name)"), "\(name)")
      }
    }
  }
}

/// Steele, Lea and Flood's generator (2014): the same kills on every run.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
