import Surprisal

/// What a tensor case repeats, the same as its peer does (`peers/run_tensors.py`).
protocol TensorWork {
  /// Back to the start, outside the timed part.
  mutating func reset()
  /// One repetition; returns what is compared with the peer.
  mutating func step() -> [Tensor]
  /// Whether a repetition is a step of a training, of which the first output is the loss.
  var isTraining: Bool { get }
}

extension TensorWork {
  var isTraining: Bool { false }
  mutating func reset() {}

  /// Seconds that one repetition takes, on average over `count`.
  mutating func time(_ count: Int) -> Double {
    reset()
    _ = step()
    return seconds { for _ in 0..<count { _ = step() } } / Double(count)
  }
}

/// The inputs of the cases: 32-bit hashes of 0, 1, … (the finalizer of MurmurHash3), the same on both sides.
enum SharedInputs {
  static func words(_ count: Int, seed: UInt32) -> [UInt32] {
    (0..<UInt32(count)).map { index in
      var x = index &* 0x9E37_79B9 &+ seed &* 0x85EB_CA6B
      x = (x ^ x >> 16) &* 0x85EB_CA6B
      x = (x ^ x >> 13) &* 0xC2B2_AE35
      return x ^ x >> 16
    }
  }

  /// float32 numbers in scale · [−1, 1).
  static func numbers(_ shape: [Int], seed: UInt32, scale: Double = 1) -> Tensor {
    let words = words(shape.reduce(1, *), seed: seed)
    return Tensor(words.map { (Float($0 >> 8) * 0x1p-23 - 1) * Float(scale) }, shape: shape)
  }

  /// Classes below `choices`.
  static func classes(_ count: Int, seed: UInt32, choices: Int) -> Tensor {
    Tensor(words(count, seed: seed).map { Int64($0) % Int64(choices) }, shape: [count])
  }
}
