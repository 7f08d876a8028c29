import SurprisalCore
import SurprisalNetworks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The memory that a network's weights take, compared with what the process can get before any of it is asked for.
enum NetworkMemory {
  /// Throws unless `copies` of `count` weights of four bytes can be had.
  ///
  /// - Parameter purpose: what needs them, such as `the weights`.
  static func check(weights count: Double, copies: Int, for purpose: String) throws {
    let needed = count * 4 * Double(copies)
    // Less than that is not worth a system call.
    guard needed > 16e6 else { return }
    let allowed = available(upTo: needed)
    guard Double(allowed) < needed else { return }
    throw SurprisalError(
      .internal,
      "\(purpose) need \(bytes(needed)), and \(bytes(Double(allowed))) can be had",
      remedy: "make the network smaller, or raise the limit of memory")
  }

  /// The bytes that can be had, at most about `needed`: no more than the machine has, nor than the process may map.
  private static func available(upTo needed: Double) -> Int {
    let machine = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    var (fitting, tooMuch) = (0, Int(min(needed, Double(machine))) + 1)
    if canMap(tooMuch - 1) { return tooMuch - 1 }
    while tooMuch - fitting > 1 << 20 {
      let middle = fitting + (tooMuch - fitting) / 2
      if canMap(middle) { fitting = middle } else { tooMuch = middle }
    }
    return fitting
  }

  /// Whether the system would give so many bytes; none of them is touched.
  private static func canMap(_ count: Int) -> Bool {
    guard count > 0, let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANON), -1, 0),
      memory != UnsafeMutableRawPointer(bitPattern: -1)
    else { return false }
    munmap(memory, count)
    return true
  }

  private static func bytes(_ count: Double) -> String {
    count < 1e15 ? "\(Int(count) / 1_000_000) MB" : "over 1,000 TB"
  }
}

extension LinearRecipe {
  /// Inputs times powers times outputs.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    elements(shape) * Double(degree) * Double(outputs)
  }
}

extension SoftmaxRecipe {
  /// Inputs times outputs.
  public func weightCount(for shape: [Int], outputs: Int) -> Double { elements(shape) * Double(outputs) }
}

extension PerceptronRecipe {
  /// The sum over layers of inputs times outputs.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    let widths = [elements(shape)] + hidden.map(Double.init) + [Double(outputs)]
    return zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension LeNetRecipe {
  /// Of the first linear layer, which has nearly all of them for large images.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    guard shape.count == 3 else { return 0 }
    return Double(shape[1]) / 4 * Double(shape[2]) / 4 * 16 * 120
  }
}

extension ResNetRecipe {
  /// Of the blocks' convolutions of 3 × 3, two a block.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    var (sum, last, channels) = (0.0, Double(width), Double(width))
    for count in stages where count > 0 {
      sum += 9 * (last * channels + Double(2 * count - 1) * channels * channels)
      last = channels
      channels *= 2
    }
    return sum
  }
}

extension ResNeXtRecipe {
  /// Of the blocks' convolutions of 1 × 1, two a block, and of 3 × 3 in groups.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    var (sum, inner) = (0.0, Double(groups) * Double(groupWidth))
    for count in stages where count > 0 {
      sum += Double(count) * (3 * inner * inner + 9 * inner * inner / Double(max(1, groups)))
      inner *= 2
    }
    return sum
  }
}

extension NetworkRecipe {
  fileprivate func elements(_ shape: [Int]) -> Double { shape.reduce(1) { $0 * Double($1) } }
}

extension OptimizerConfiguration {
  /// How many numbers the rule's state has for each weight.
  private var stateCount: Int {
    switch name {
    case .sgd, .nesterov: momentum > 0 ? 1 : 0
    case .adagrad: 1
    case .rmsprop: momentum > 0 ? 2 : 1
    case .adadelta, .adam, .adamw: 2
    // Pairs of steps and differences, and the last of both.
    case .lbfgs: 2 * LBFGS().history + 2
    }
  }

  /// How many numbers a training holds for each weight: the weight, its gradient, and the rule's state.
  var copies: Int { 2 + stateCount }
}
