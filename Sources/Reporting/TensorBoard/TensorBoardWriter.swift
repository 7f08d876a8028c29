import SurprisalCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes numbers of a run where TensorBoard shows them: `tensorboard --logdir` with the folder or one above it.
///
/// Each call is in the file when it returns. A run that goes on after an interruption takes a new file, whose first
/// event tells TensorBoard to forget what was written behind the step at which it goes on. So each resumption leaves one
/// file more; TensorBoard reads all files of a folder as one run. It may be used from any thread.
public final class TensorBoardWriter: Sendable {
  /// The path of the file.
  public let path: String
  private let descriptor: Int32
  private let clock: @Sendable () -> Double
  private static let fileCount = Atomic<Int>(0)

  /// Creates a file in `folder`, which must exist.
  ///
  /// - Parameter step: The step behind which a resumed run goes on; nil or 0 for one that begins.
  /// - Throws: an error of the file system.
  public convenience init(folder: String, resumingAfter step: Int? = nil) throws {
    try self.init(folder: folder, resumingAfter: step, clock: System.secondsSince1970)
  }

  /// A writer that takes the time from `clock`.
  package init(folder: String, resumingAfter step: Int?, clock: @escaping @Sendable () -> Double) throws {
    let count = TensorBoardWriter.fileCount.add(1, ordering: .relaxed).oldValue
    let digits = String(Int(clock()))
    let seconds = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    path = "\(folder)/events.out.tfevents.\(seconds).\(System.hostName).\(getpid()).\(count)"
    self.clock = clock
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o666)
    guard descriptor >= 0 else {
      throw SurprisalError(
        .cannotCreate, "cannot be created: \(String(cString: strerror(errno)))",
        remedy: "choose a folder that exists and may be written to", at: .init(file: path))
    }
    try write([.init(wallTime: clock(), step: 0, content: .fileVersion("brain.Event:2"))])
    if let step, step > 0 {
      try write([.init(wallTime: clock(), step: step + 1, content: .restart)])
    }
  }

  deinit { close(descriptor) }

  /// Adds one number for each tag at `step`; tags with a slash are grouped by what stands before it.
  ///
  /// - Throws: an error of the file system.
  public func add(_ scalars: [(tag: String, value: Double)], step: Int) throws {
    try write([.init(wallTime: clock(), step: step, content: .scalars(scalars))])
  }

  private func write(_ events: [TensorBoardEvent]) throws {
    let bytes = events.flatMap { TensorBoardRecord.framed($0.bytes) }
    // One call a record and a file opened for appending: records of several threads do not mix.
    let written = bytes.withUnsafeBytes { Self.write($0, to: descriptor) }
    guard written == bytes.count else {
      throw SurprisalError(
        .inputOutput, "cannot be written: \(String(cString: strerror(errno)))",
        remedy: "make room or write elsewhere", at: .init(file: path))
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    while true {
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, bytes.baseAddress, bytes.count)
      #else
        let count = Darwin.write(descriptor, bytes.baseAddress, bytes.count)
      #endif
      if count >= 0 || errno != EINTR { return count }
    }
  }
}
