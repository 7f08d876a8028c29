import Foundation
import SurprisalCore
import SurprisalNetworks
import Testing

/// Trainings that are killed at random times and resumed.
///
/// A26: what is on disk can be read, and is of the last step that was reported as saved or of the one behind it.
/// A27 and A28: in the end all files have the bytes of a training that nobody killed, on one thread and on two.
/// `SURPRISAL_LONG=1` kills 100 times instead of 5.
struct KillTests {
  /// A training of 240 steps with a checkpoint after each; returns at its end.
  private static func train(_ path: String, processors: Int) throws {
    keep(processors: processors)
    try require(Threads.available <= processors)
    let folder = try RunFolder(path)
    try require(!FileManager.default.contentsOfDirectory(atPath: path).contains { $0.contains(".tmp.") })
    var trainer = try sampleTrainer(extents: [3, 200, 200, 1]) { options in
      (options.epochs, options.batchSize, options.checkpointSteps) = (120, 12, 1)
    }
    let reported = open(path + "/reported", O_WRONLY | O_CREAT, 0o600)
    defer { close(reported) }
    func report(_ step: Int) {
      let text = "\(step)\n"
      _ = text.withCString { pwrite(reported, $0, text.utf8.count, 0) }
    }
    if let checkpoint = try folder.latestCheckpoint() {
      try require(try trainer.resume(from: checkpoint).isEmpty)
      // The last process may have been killed between the checkpoint and its report.
      report(checkpoint.progress.step)
    }
    try trainer.run(in: folder) { event in
      if case .saved(_, let step) = event { report(step) }
    }
  }

  /// Keeps this process on the first processors that it may run on.
  private static func keep(processors count: Int) {
    typealias Call = @convention(c) (Int32, Int, UnsafeMutableRawPointer?) -> Int32
    func call(_ name: String, _ set: inout [UInt8]) {
      guard let symbol = dlsym(nil, name) else { return }
      _ = unsafeBitCast(symbol, to: Call.self)(0, set.count, &set)
    }
    var set = [UInt8](repeating: 0, count: 128)
    call("sched_getaffinity", &set)
    var left = count
    for place in 0..<set.count * 8 where set[place / 8] >> (place % 8) & 1 == 1 {
      if left == 0 { set[place / 8] &= ~(1 << (place % 8)) }
      left = max(0, left - 1)
    }
    call("sched_setaffinity", &set)
  }

  private static func require(_ condition: Bool, line: Int = #line) throws {
    struct Failed: Error { let line: Int }
    if !condition { throw Failed(line: line) }
  }

  private static func reportedStep(_ path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path + "/reported", encoding: .utf8) else { return nil }
    return Int(text.prefix { $0 != "\n" })
  }

  @Test(arguments: [1, 2]) func aKilledTrainingResumesToTheSameBits(processors: Int) async throws {
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("kill-\(UUID().uuidString)").path
    let whole = base + "-whole"
    defer { for name in [base, whole] { try? FileManager.default.removeItem(atPath: name) } }
    await #expect(processExitsWith: .success) { [whole = whole as String, processors = processors as Int] in
      try Self.train(whole, processors: processors)
    }
    var generator = RandomGenerator(seed: 27, stream: UInt64(processors))
    let kills = ProcessInfo.processInfo.environment["SURPRISAL_LONG"] == "1" ? 100 : 5
    for _ in 0..<kills {
      let microseconds = 1_000 + generator.nextInteger(below: 2 * 400_000 / kills)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = base as String, processors = processors as Int, microseconds = microseconds as Int] in
        Thread.detachNewThread {
          usleep(UInt32(microseconds))
          kill(getpid(), SIGKILL)
        }
        try Self.train(path, processors: processors)
        while true { sleep(1) }
      }
      guard FileManager.default.fileExists(atPath: base) else { continue }
      let latest = try RunFolder.latestCheckpoint(in: base)?.progress.step
      if let reported = Self.reportedStep(base) {
        let step = try #require(latest)
        #expect(step == reported || step == reported + 1)
      }
    }
    await #expect(processExitsWith: .success) { [path = base as String, processors = processors as Int] in
      try Self.train(path, processors: processors)
    }
    let (files, expected) = (try contents(of: base), try contents(of: whole))
    #expect(expected.count == 5 && files.keys == expected.keys)
    for (name, bytes) in expected { #expect(files[name] == bytes, "\(name)") }
  }
}
