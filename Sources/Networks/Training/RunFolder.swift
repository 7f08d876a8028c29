import SurprisalCore
import SurprisalData

/// The folder that a training keeps its files in.
///
///     checkpoint-00000469.safetensors   the whole state after step 469; the newest few
///     best.safetensors                  the network with the best figure so far
///     metrics.jsonl                     one line for every few steps, every epoch and every validation
///     lock                              the process that trains here
///
/// One object at a time holds a folder, in this process or any other. Every file but the log is written in one piece:
/// it is whole whenever the process or the machine stops.
public final class RunFolder {
  /// The path of the folder.
  public let path: String
  private let lock: FolderLock

  /// Makes the folder if it is not there, takes its lock and removes what killed writers left.
  ///
  /// - Throws: `cannotCreate` that names the process which trains here; an error of the file system.
  public init(_ path: String) throws {
    try Folder.create(path)
    self.path = path
    lock = try FolderLock(folder: path)
    Folder.removeStaleTemporaries(in: path)
  }

  /// The network with the best figure so far: a file of its parameters and buffers by path.
  public var bestPath: String { path + "/best.safetensors" }
  /// The log: one JSON object a line.
  public var metricsPath: String { path + "/metrics.jsonl" }

  /// The steps that there are checkpoints of, rising.
  public var checkpointSteps: [Int] { RunFolder.checkpointSteps(in: path) }

  /// The path of the checkpoint of `step`.
  public func checkpointPath(step: Int) -> String { RunFolder.checkpointPath(step: step, in: path) }

  /// The newest checkpoint; nil if there is none.
  ///
  /// - Throws: a data error if it cannot be used; an older one can be chosen by removing it.
  public func latestCheckpoint() throws -> TrainingCheckpoint? { try RunFolder.latestCheckpoint(in: path) }

  /// The newest checkpoint of the folder at `path`, which may be in use; nil if there is none.
  public static func latestCheckpoint(in path: String) throws -> TrainingCheckpoint? {
    // One that a running training just removed has a newer one in its place.
    for attempt in 0... {
      guard let step = checkpointSteps(in: path).last else { return nil }
      do {
        return try TrainingCheckpoint(path: checkpointPath(step: step, in: path))
      } catch let error as SurprisalError where error.category == .missingInput && attempt < 10 {
        continue
      }
    }
    return nil
  }

  private static let prefix = "checkpoint-"
  private static let suffix = ".safetensors"

  private static func checkpointSteps(in path: String) -> [Int] {
    Folder.names(in: path).compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
      let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      return Int(digits)
    }.sorted()
  }

  private static func checkpointPath(step: Int, in path: String) -> String {
    let digits = String(step)
    return "\(path)/\(prefix)\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)\(suffix)"
  }

  /// Writes the checkpoint of `step`, then removes all but it and the `kept` before it.
  func save(_ writer: SafetensorsWriter, step: Int, keeping kept: Int) throws -> String {
    let path = checkpointPath(step: step)
    try writer.write(to: path)
    for old in checkpointSteps.filter({ $0 < step }).dropLast(kept) { Folder.removeFile(checkpointPath(step: old)) }
    return path
  }
}
