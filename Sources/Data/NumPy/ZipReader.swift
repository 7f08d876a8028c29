/// The records of a zip file; nil wherever one is not whole.
struct ZipReader {
  /// One entry of the directory.
  struct Entry {
    var flags: UInt16
    var method: UInt16
    var checksum: UInt32
    var packedByteCount: Int
    var unpackedByteCount: Int
    var name: UnsafeRawBufferPointer
    var localOffset: Int
    /// The offset behind the entry.
    var end: Int
  }

  let bytes: UnsafeRawBufferPointer

  private func short(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  private func word(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func long(_ offset: Int) -> Int? {
    Int(exactly: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
  }

  /// Where the directory lies and how many entries it has, from the record at the end of the file.
  func directory() -> (range: Range<Int>, entryCount: Int)? {
    // The record has 22 bytes and a comment of at most 65,535 behind it.
    guard bytes.count >= 22 else { return nil }
    let last = bytes.count - 22
    let first = max(0, last - 65_535)
    guard
      let record = (first...last).reversed().first(where: {
        word($0) == 0x0605_4B50 && Int(short($0 + 20)) == bytes.count - $0 - 22
      }), short(record + 4) == 0, short(record + 6) == 0
    else { return nil }
    var entryCount = Int(short(record + 10))
    var byteCount = Int(word(record + 12))
    var start = Int(word(record + 16))
    var end = record
    if entryCount == 0xFFFF || byteCount == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      guard record >= 20, word(record - 20) == 0x0706_4B50, let large = long(record - 12),
        large <= record - 20 - 56, word(large) == 0x0606_4B50, let count = long(large + 32),
        let size = long(large + 40), let offset = long(large + 48)
      else { return nil }
      (entryCount, byteCount, start, end) = (count, size, offset, large)
    }
    guard start <= end, byteCount == end - start else { return nil }
    return (start..<end, entryCount)
  }

  /// The entry at `offset` of the directory, which fills `range`.
  func entry(at offset: Int, in range: Range<Int>) -> Entry? {
    guard range.upperBound - offset >= 46, word(offset) == 0x0201_4B50, short(offset + 34) == 0 else {
      return nil
    }
    let nameEnd = offset + 46 + Int(short(offset + 28))
    let extraEnd = nameEnd + Int(short(offset + 30))
    let end = extraEnd + Int(short(offset + 32))
    guard end <= range.upperBound else { return nil }
    var entry = Entry(
      flags: short(offset + 8), method: short(offset + 10), checksum: word(offset + 16),
      packedByteCount: Int(word(offset + 20)), unpackedByteCount: Int(word(offset + 24)),
      name: UnsafeRawBufferPointer(rebasing: bytes[offset + 46..<nameEnd]),
      localOffset: Int(word(offset + 42)), end: end)
    return widen(&entry, extra: nameEnd..<extraEnd) ? entry : nil
  }

  /// Takes sizes that do not fit 32 bits from the zip64 field; false if they are not there.
  private func widen(_ entry: inout Entry, extra: Range<Int>) -> Bool {
    let missing = 0xFFFF_FFFF
    var fields: [WritableKeyPath<Entry, Int>] = []
    if entry.unpackedByteCount == missing { fields.append(\.unpackedByteCount) }
    if entry.packedByteCount == missing { fields.append(\.packedByteCount) }
    if entry.localOffset == missing { fields.append(\.localOffset) }
    if fields.isEmpty { return true }
    var offset = extra.lowerBound
    while extra.upperBound - offset >= 4 {
      let end = offset + 4 + Int(short(offset + 2))
      guard end <= extra.upperBound else { return false }
      if short(offset) == 1 {
        offset += 4
        for field in fields {
          guard end - offset >= 8, let value = long(offset) else { return false }
          entry[keyPath: field] = value
          offset += 8
        }
        return true
      }
      offset = end
    }
    return false
  }

  /// Where the packed bytes of `entry` start, behind a local header of the same name.
  func dataStart(of entry: Entry) -> Int? {
    let offset = entry.localOffset
    guard offset <= bytes.count - 30, word(offset) == 0x0403_4B50 else { return nil }
    let nameEnd = offset + 30 + Int(short(offset + 26))
    guard nameEnd <= bytes.count, bytes[offset + 30..<nameEnd].elementsEqual(entry.name) else { return nil }
    return nameEnd + Int(short(offset + 28))
  }
}
