import CSurprisalKernels

/// The memory of all tensors of this process.
///
/// Freed blocks are kept for the next tensor of their size, up to a bound, since fresh pages cost more than most
/// operations on them.
public enum TensorMemory {
  /// The bytes that living tensors hold.
  public static var bytesInUse: Int { Int(clamping: surprisal_tensor_bytes_in_use()) }

  /// How many times memory was asked for since the process started.
  public static var allocationCount: Int { Int(clamping: surprisal_tensor_allocation_count()) }

  /// Gives the blocks that are kept for reuse back to the system.
  public static func releaseCache() { surprisal_tensor_release_cache() }
}
