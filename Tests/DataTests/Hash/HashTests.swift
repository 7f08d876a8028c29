import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct HashTests {
  // FIPS 180-4 examples and the NIST long message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
        + "mnopqrstnopqrstu", "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]) func published(_ text: String, _ digest: String) {
    #expect(SHA256.hexDigest(of: Array(text.utf8)) == digest)
  }

  // hashlib (Python 3.11.7): sha256 over the digests of bytes(i * 7 & 255 for i in range(n)), n = 0 … 299.
  @Test func everyLengthInAnyPieces() {
    var all = SHA256()
    var generator = RandomGenerator(seed: 3)
    for count in 0..<300 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
      var hash = SHA256()
      var start = 0
      while start < count {
        let end = min(count, start + generator.nextInteger(below: 90))
        hash.update(Array(bytes[start..<end]))
        start = end
      }
      #expect(hash.hexDigest == SHA256.hexDigest(of: bytes))
      all.update(hash.digest)
    }
    #expect(all.hexDigest == "f65f14b090e805017546322e618401d41f0710c213e013a5131eb38bbe8f367f")
  }

  // zlib.crc32 (Python 3.11.7); the first is the check value of the CRC catalogue.
  @Test(arguments: [
    ("123456789", 0xCBF4_3926 as UInt32), ("", 0), ("a", 0xE8B7_BE43),
    ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
  ]) func crc32(_ text: String, _ expected: UInt32) {
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes { CRC32.checksum(of: $0) } == expected)
    for cut in 0...bytes.count {
      let first = Array(bytes[..<cut]).withUnsafeBytes { CRC32.checksum(of: $0) }
      let both = Array(bytes[cut...]).withUnsafeBytes { CRC32.checksum(of: $0, continuing: first) }
      #expect(both == expected)
    }
  }
}
