import CSurprisalKernels

/// How many threads to use.
public enum Threads {
  /// The processors that this process may run on.
  public static var available: Int { Int(surprisal_processor_count()) }

  /// Lets operations on tensors in this process use up to `count` threads from now on, every processor if it is nil.
  ///
  /// Results do not depend on it. A program sets it once, at its start.
  public static func limitTensors(to count: Int?) { surprisal_set_thread_count(Int32(clamping: count ?? 0)) }

  /// `requested`, or every processor if it is nil; at least 1.
  package static func resolve(_ requested: Int?) -> Int { max(1, requested ?? available) }
}

/// Calls `body` once for every index below `count`, on up to `threads` threads.
///
/// Only one region of a process runs in parallel at a time; any other caller, and any call from inside a
/// region, runs all indices on its own thread. Which thread takes an index is not determined, so results must
/// depend on the index alone. Bodies touch raw memory only: no task-locals, no errors.
package func parallelFor(count: Int, threads: Int, body: @Sendable (Int) -> Void) {
  guard threads > 1, count > 1 else {
    for index in 0..<count { body(index) }
    return
  }
  withoutActuallyEscaping(body) { escaping in
    withUnsafePointer(to: escaping) { pointer in
      surprisal_parallel_for(
        count, Int32(clamping: threads),
        { context, index in
          guard let context else { return }
          context.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(index)
        },
        UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pointer)))
    }
  }
}
