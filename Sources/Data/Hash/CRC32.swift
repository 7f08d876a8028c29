import CSurprisalKernels

/// The cyclic redundancy check that zip, gzip and PNG files carry (ISO 3309, polynomial 0xEDB88320).
package enum CRC32 {
  /// The check of `bytes`, or of bytes that continue those whose check was `crc`.
  package static func checksum(of bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
    guard let base = bytes.baseAddress else { return crc }
    return surprisal_crc32(crc, base.assumingMemoryBound(to: UInt8.self), bytes.count)
  }
}
