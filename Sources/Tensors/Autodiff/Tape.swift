import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where a tensor stands on a tape.
final class Node: Sendable {
  let tape: Tape
  let index: Int
  /// The same value's place on the tape of an enclosing derivative.
  let outer: Node?

  init(tape: Tape, index: Int, outer: Node?) {
    self.tape = tape
    self.index = index
    self.outer = outer
  }

  var isActive: Bool { tape.isRecording || (outer?.isActive ?? false) }

  /// The same value's place on `tape`, or nil if it has none. Only a tensor that left the derivative that it belongs
  /// to stands on a tape further in than the one that asks.
  func on(_ tape: Tape) -> Node? { self.tape === tape ? self : outer?.on(tape) }

  /// The places on the other tapes.
  func without(_ tape: Tape) -> Node? {
    self.tape === tape ? outer : Node(tape: self.tape, index: index, outer: outer?.without(tape))
  }
}

/// The operations that one derivative is taken of, in the order in which they ran (Wengert 1964).
///
/// Entries refer to one another by index alone, so that a graph of any length is walked and released in a loop. An
/// entry keeps the tensors its rule needs with the nodes of enclosing derivatives and without its own: differentiating
/// inside a derivative needs no mode, and a rule's operations are recorded only where someone asks for their
/// derivative.
package final class Tape: Sendable {
  /// Adds to the cotangents of an operation's inputs what the cotangent of its output means for them.
  typealias Pullback = @Sendable (_ g: Tensor, _ cotangents: inout Cotangents) -> Void
  /// The same for several outputs, in consecutive entries of which this is the first; nil is a cotangent of 0.
  typealias JointPullback = @Sendable (_ gs: [Tensor?], _ cotangents: inout Cotangents) -> Void

  /// The rule for one tensor: its cotangent from that of the result.
  typealias Derivative = @Sendable (_ g: Tensor) -> Tensor

  /// What an entry does in the sweep. Operations of one, two and three tensors are kept with the entries of their
  /// inputs in place, without one more closure around them.
  enum Rule {
    case none
    case one(Derivative, Int)
    case two(Derivative, Int, Derivative, Int)
    case three(@Sendable (_ g: Tensor, _ argument: Argument) -> Tensor, Int?, Int?, Int?)
    case any(Pullback)
    /// For so many consecutive entries, of which this is the first.
    case joint(Int, JointPullback)
  }

  private struct Entry {
    var rule: Rule
    /// The thread that recorded it.
    let thread: UInt
  }

  private struct State {
    var entries: ContiguousArray<Entry> = []

    init() { entries.reserveCapacity(16) }
  }

  private static let identities = Atomic<Int>(0)

  /// Larger than that of every tape that was there before: the innermost derivative has the largest.
  let identity = Tape.identities.add(1, ordering: .relaxed).newValue
  private let recording = Atomic<Bool>(true)
  private let state = Mutex(State())
  /// Held while a checkpointed block is run again, and by whom.
  private let rerun = Mutex(())
  private let rerunThread = Atomic<UInt>(0)

  /// Whether operations are still recorded.
  var isRecording: Bool { recording.load(ordering: .relaxed) }

  /// The number of entries.
  package var count: Int { state.withLock { $0.entries.count } }

  private func append(_ rule: Rule) -> Int {
    let thread = currentThread()
    return state.withLock { state in
      state.entries.append(Entry(rule: rule, thread: thread))
      return state.entries.count - 1
    }
  }

  /// `x` as a variable of this tape.
  package func variable(_ x: Tensor) -> Tensor {
    precondition(
      x.dtype.isFloatingPoint,
      "derivative: numbers of type \(x.dtype) have none; make them a floating-point type with converted(to:)")
    return Tensor(x.body, node: Node(tape: self, index: append(.none), outer: x.node))
  }

  /// `y` as the result of an operation with the given rule.
  func record(_ y: Tensor, _ rule: Rule) -> Tensor {
    Tensor(y.body, node: Node(tape: self, index: append(rule), outer: y.node))
  }

  /// `ys` as the results of one operation.
  func record(_ ys: [Tensor], _ pullback: @escaping JointPullback) -> [Tensor] {
    let thread = currentThread()
    let first = state.withLock { state in
      let first = state.entries.count
      state.entries.append(Entry(rule: .joint(ys.count, pullback), thread: thread))
      for _ in 1..<max(1, ys.count) { state.entries.append(Entry(rule: .none, thread: thread)) }
      return first
    }
    return ys.enumerated().map { offset, y in
      y.dtype.isFloatingPoint ? Tensor(y.body, node: Node(tape: self, index: first + offset, outer: y.node)) : y
    }
  }

  /// Walks the entries `start` ..< `end` from the last to the first, passing each cotangent on.
  ///
  /// With `consuming` an entry is emptied once it is passed, so that what it kept is released at once.
  func sweep(_ cotangents: inout Cotangents, from end: Int, downTo start: Int, consuming: Bool) {
    for index in stride(from: end - 1, through: start, by: -1) {
      let rule = rule(at: index, consuming: consuming)
      if case .none = rule { continue }
      if case .joint(let outputs, let pullback) = rule {
        let gs = (index..<index + outputs).map { cotangents.take(at: $0) }
        if gs.contains(where: { $0 != nil }) { pullback(gs, &cotangents) }
      } else if let g = cotangents.take(at: index) {
        pass(g, by: rule, to: &cotangents)
      }
    }
  }

  private func pass(_ g: Tensor, by rule: Rule, to cotangents: inout Cotangents) {
    switch rule {
    case .none, .joint: break
    case .one(let derivative, let input): cotangents.add(derivative(g), at: input)
    case .two(let first, let firstInput, let second, let secondInput):
      cotangents.add(first(g), at: firstInput)
      cotangents.add(second(g), at: secondInput)
    case .three(let derivative, let first, let second, let third):
      if let first { cotangents.add(derivative(g, .first), at: first) }
      if let second { cotangents.add(derivative(g, .second), at: second) }
      if let third { cotangents.add(derivative(g, .third), at: third) }
    case .any(let pullback): pullback(g, &cotangents)
    }
  }

  private func rule(at index: Int, consuming: Bool) -> Rule {
    state.withLock { state in
      guard consuming else { return state.entries[index].rule }
      var rule = Rule.none
      swap(&rule, &state.entries[index].rule)
      return rule
    }
  }

  /// Empties the entries from `start` on that this thread recorded.
  func discard(from start: Int) {
    let thread = currentThread()
    let discarded = state.withLock { state in
      var rules: [Rule] = []
      for index in start..<state.entries.count where state.entries[index].thread == thread {
        rules.append(state.entries[index].rule)
        state.entries[index].rule = .none
      }
      return rules
    }
    // Released here, outside the lock.
    _ = consume discarded
  }

  /// Runs `body`, whose entries from `start` = the present count on are removed afterwards, while no other thread
  /// does the same: a map that two threads call at once runs a checkpointed block for one after the other.
  func rerunning(_ body: (_ start: Int) -> Void) {
    let thread = currentThread()
    // A block may hold another one.
    if rerunThread.load(ordering: .relaxed) == thread {
      removingEntries(body)
      return
    }
    rerun.withLock { _ in
      rerunThread.store(thread, ordering: .relaxed)
      removingEntries(body)
      rerunThread.store(0, ordering: .relaxed)
    }
  }

  private func removingEntries(_ body: (_ start: Int) -> Void) {
    let start = count
    body(start)
    let thread = currentThread()
    let removed = state.withLock { state in
      var removed: [Rule] = []
      while state.entries.count > start, state.entries.last?.thread == thread {
        removed.append(state.entries.removeLast().rule)
      }
      return removed
    }
    _ = consume removed
  }

  /// Ends the recording and releases every entry; tensors that still point here count as constants.
  func finish() {
    recording.store(false, ordering: .relaxed)
    let entries = state.withLock { state in
      let entries = state.entries
      state.entries = []
      return entries
    }
    _ = consume entries
  }
}

/// A number of its own for the calling thread.
private func currentThread() -> UInt {
  #if canImport(Glibc)
    return UInt(pthread_self())
  #else
    return UInt(bitPattern: pthread_self())
  #endif
}

/// The derivatives of the result by each entry of a tape, as far as a sweep has come.
package struct Cotangents {
  private var slots: ContiguousArray<Tensor?>

  /// None yet, with room for `count` entries.
  init(count: Int) { slots = ContiguousArray(repeating: nil, count: count) }

  /// Adds `g` to the derivative by entry `index`.
  mutating func add(_ g: consuming Tensor, at index: Int) {
    if index >= slots.count {
      slots.append(contentsOf: repeatElement(nil, count: index + 1 - slots.count))
    }
    guard var sum = slots[index].take() else {
      slots[index] = g
      return
    }
    if !sum.accumulateInPlace(g) { sum = sum + g }
    slots[index] = sum
  }

  /// Removes the derivative by entry `index`.
  mutating func take(at index: Int) -> Tensor? {
    guard index < slots.count else { return nil }
    return slots[index].take()
  }
}
