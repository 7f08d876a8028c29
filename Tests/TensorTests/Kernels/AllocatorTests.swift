import CSurprisalKernels
import Foundation
import Testing

/// Other suites allocate at the same time: nothing here asserts totals of the whole process beyond what they can shift.
@Suite(.serialized) struct AllocatorTests {
  @Test(arguments: [0, 1, 63, 64, 65, 512, 513, 4_096, 65_537, 1 << 20, (4 << 20) + 1, 9 << 20])
  func `blocks are aligned, writable to their last byte, and told apart`(bytes: Int) throws {
    let first = try #require(surprisal_tensor_allocate(bytes))
    let second = try #require(surprisal_tensor_allocate(bytes))
    #expect(UInt(bitPattern: first) % 64 == 0)
    #expect(UInt(bitPattern: second) % 64 == 0)
    memset(first, 1, bytes)
    memset(second, 2, bytes)
    let left = UnsafeRawBufferPointer(start: first, count: bytes)
    #expect(left.allSatisfy { $0 == 1 })
    surprisal_tensor_free(first, bytes)
    surprisal_tensor_free(second, bytes)
  }

  /// 13.37 MB is a size that nothing else asks for. Another thread may hold the list for a moment: one of many
  /// attempts must find its block again.
  @Test func `a freed block serves the next request of its size`() throws {
    var reused = 0
    for _ in 0..<100 {
      let block = try #require(surprisal_tensor_allocate(13_370_000))
      surprisal_tensor_free(block, 13_370_000)
      let next = try #require(surprisal_tensor_allocate(13_369_999))
      reused += next == block ? 1 : 0
      surprisal_tensor_free(next, 13_369_999)
    }
    #expect(reused >= 50)
  }

  @Test func `no memory gives nil`() {
    #expect(surprisal_tensor_allocate(Int.max) == nil)
  }

  @Test func `allocations and bytes are counted`() throws {
    let count = surprisal_tensor_allocation_count()
    let size = 256 << 20  // more than the other suites free meanwhile; never touched
    let before = surprisal_tensor_bytes_in_use()
    let block = try #require(surprisal_tensor_allocate(size))
    #expect(surprisal_tensor_allocation_count() > count)
    #expect(surprisal_tensor_bytes_in_use() > before + UInt64(size) / 2)
    surprisal_tensor_free(block, size)
    #expect(surprisal_tensor_bytes_in_use() < before + UInt64(size) / 2)
    surprisal_tensor_release_cache()
  }

  /// Every thread marks its blocks and finds its marks again, also on blocks that others freed.
  @Test func `many threads share the cache`() async {
    let damaged = await withTaskGroup(of: Int.self) { group in
      for seed in 0..<8 {
        group.addTask {
          var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
          var held: [(UnsafeMutableRawPointer, Int)] = []
          var damaged = 0
          for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if held.count == 32 || (state >> 63 == 1 && !held.isEmpty) {
              let (block, bytes) = held.remove(at: Int(state >> 40) % held.count)
              if block.load(as: UInt64.self) != UInt64(bytes) ^ UInt64(seed) << 48 { damaged += 1 }
              surprisal_tensor_free(block, bytes)
            } else {
              let bytes = 8 + Int(state >> 33) % (state >> 50 & 63 == 0 ? 200_000 : 2_000)
              guard let block = surprisal_tensor_allocate(bytes) else { continue }
              block.storeBytes(of: UInt64(bytes) ^ UInt64(seed) << 48, as: UInt64.self)
              held.append((block, bytes))
            }
          }
          for (block, bytes) in held { surprisal_tensor_free(block, bytes) }
          return damaged
        }
      }
      return await group.reduce(0, +)
    }
    #expect(damaged == 0)
  }

  /// Twelve blocks of 40 MB wait for the next step, and make room where eight of 60 MB are wanted instead: together they
  /// would be more than one and a half times what was lent at once. Blocks so large go back to the system at once: the
  /// pages in memory tell what the cache held. In a process of its own, where no other test allocates.
  @Test func `the cache is bounded and can be emptied`() async {
    await #expect(processExitsWith: .success) {
      for (size, count) in [(40_000_000, 12), (60_000_000, 8)] {
        let blocks = try (0..<count).map { _ in try #require(surprisal_tensor_allocate(size)) }
        for block in blocks { memset(block, 1, size) }
        for block in blocks { surprisal_tensor_free(block, size) }
        #if os(Linux)
          guard residentBytes() > 400_000_000 else { throw Held(bytes: residentBytes()) }
        #endif
      }
      let full = residentBytes()
      surprisal_tensor_release_cache()
      let held = full - residentBytes()
      #if os(Linux)
        guard held > 400_000_000, held < 800_000_000 else { throw Held(bytes: held) }
      #endif
    }
  }
}

private struct Held: Error { let bytes: Int }

/// Pages of this process in memory, in bytes; 0 where there is no /proc.
private func residentBytes() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
  let fields = text.split(separator: " ")
  return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
