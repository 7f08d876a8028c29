import SurprisalCore

/// How an n-gram model turns counts into probabilities.
///
/// With h a context, h′ the context without its first token, n(h, x) how often x comes behind h and n(h) = Σ n(h, x), so
/// that every row of probabilities sums to 1; m the number of outcomes. Where a context was never seen, and where a formula
/// would read 0 / 0, the probability is that of the shorter distribution it refers to.
public enum NGramSmoothing: Sendable, Hashable {
  /// P(x | h) = (n(h, x) + k) / (n(h) + k m) at every order (Lidstone; Laplace for k = 1). k = 0 is maximum likelihood.
  case addK(Double)
  /// The Laplace smoothing of Zhang et al., "Dive into Deep Learning", section 9.3, for orders up to 3:
  /// P(x) = (n(x) + ε₁ / m) / (n + ε₁), P(x′ | x) = (n(x, x′) + ε₂ P(x′)) / (n(x) + ε₂) and
  /// P(x″ | x, x′) = (n(x, x′, x″) + ε₃ P(x″)) / (n(x, x′) + ε₃): the trigram backs off to the single token.
  case laplace(Double, Double, Double)
  /// The same form made recursive, of any order: P(x | h) = (n(h, x) + ε P(x | h′)) / (n(h) + ε), with an ε for each order,
  /// the first for single tokens, which are mixed with 1 / m.
  case recursive([Double])
  /// Interpolated Kneser–Ney (Kneser and Ney 1995; Chen and Goodman 1998, section 4.1): counts lowered by a discount D,
  /// lower orders by the number of different tokens that come before.
  ///
  /// `discount` is D for every order, within 0 to 1; without it D = n₁ / (n₁ + 2 n₂) of each order, from the numbers of
  /// n-grams that come once and twice. Single tokens are mixed with 1 / m, or with `smoothsUnigrams` false are not
  /// smoothed, so that a token that never came is impossible.
  case interpolatedKneserNey(discount: Double? = nil, smoothsUnigrams: Bool = true)
  /// Modified Kneser–Ney (Chen and Goodman 1998, section 4.1.6): three discounts for counts of 1, 2 and more, of each order.
  case modifiedKneserNey(smoothsUnigrams: Bool = true)

  /// The name in files and on the command line.
  public var name: String {
    switch self {
    case .addK: "add-k"
    case .laplace: "laplace"
    case .recursive: "recursive"
    case .interpolatedKneserNey: "interpolated-kneser-ney"
    case .modifiedKneserNey: "modified-kneser-ney"
    }
  }

  /// Whether lower orders count the different tokens before an n-gram rather than the n-gram.
  var countsContinuations: Bool {
    switch self {
    case .interpolatedKneserNey, .modifiedKneserNey: true
    case .addK, .laplace, .recursive: false
    }
  }

  /// What stands in for tokens that a context does not know.
  var lower: Lower {
    switch self {
    case .addK: .uniform
    case .laplace: .unigram
    case .recursive, .interpolatedKneserNey, .modifiedKneserNey: .shorter
    }
  }

  /// The distribution that one with a context of some length is mixed with.
  enum Lower: Sendable {
    /// 1 / m.
    case uniform
    /// That without any context.
    case unigram
    /// That with a context one token shorter.
    case shorter
  }

  /// Throws a usage error for numbers that make no smoothing of a model of `order`.
  func check(order: Int) throws {
    func failure(_ what: String, _ remedy: String) -> SurprisalError {
      SurprisalError(.usage, "\(name) smoothing \(what)", remedy: remedy)
    }
    var amounts: [Double] = []
    switch self {
    case .addK(let k): amounts = [k]
    case .laplace(let first, let second, let third):
      amounts = [first, second, third]
      guard order <= 3 else {
        throw failure("is for orders up to 3, not \(order)", "take the recursive form for higher orders")
      }
    case .recursive(let epsilons):
      amounts = epsilons
      guard epsilons.count == order else {
        throw failure("of order \(order) got \(epsilons.count) numbers ε", "give one for each order from 1 on")
      }
    case .interpolatedKneserNey(let discount, _):
      if let discount {
        guard 0...1 ~= discount else { throw failure("got the discount \(discount)", "give a number from 0 to 1") }
      }
    case .modifiedKneserNey: break
    }
    for amount in amounts where !(amount >= 0 && amount.isFinite) {
      throw failure("got the number \(amount)", "give numbers from 0 on")
    }
  }
}

extension NGramSmoothing {
  /// The smoothing as JSON.
  var json: JSONValue {
    var members = [JSONMember("kind", .string(name))]
    switch self {
    case .addK(let k): members.append(JSONMember("k", .number(k)))
    case .laplace(let first, let second, let third):
      members.append(JSONMember("epsilon", JSONValue([first, second, third])))
    case .recursive(let epsilons): members.append(JSONMember("epsilon", JSONValue(epsilons)))
    case .interpolatedKneserNey(let discount, let smooths):
      if let discount { members.append(JSONMember("discount", .number(discount))) }
      members.append(JSONMember("smoothsUnigrams", .bool(smooths)))
    case .modifiedKneserNey(let smooths): members.append(JSONMember("smoothsUnigrams", .bool(smooths)))
    }
    return .object(members)
  }

  /// Reads what ``json`` gave; nil for anything else.
  init?(json: JSONValue) {
    let smooths = json["smoothsUnigrams"]?.boolValue
    let epsilons = json["epsilon"]?.doubleValues
    switch json["kind"]?.stringValue {
    case "add-k":
      guard let k = json["k"]?.doubleValue else { return nil }
      self = .addK(k)
    case "laplace":
      guard let epsilons, epsilons.count == 3 else { return nil }
      self = .laplace(epsilons[0], epsilons[1], epsilons[2])
    case "recursive":
      guard let epsilons else { return nil }
      self = .recursive(epsilons)
    case "interpolated-kneser-ney":
      guard let smooths else { return nil }
      let discount = json["discount"]
      if let discount, discount.doubleValue == nil { return nil }
      self = .interpolatedKneserNey(discount: discount?.doubleValue, smoothsUnigrams: smooths)
    case "modified-kneser-ney":
      guard let smooths else { return nil }
      self = .modifiedKneserNey(smoothsUnigrams: smooths)
    default: return nil
    }
  }
}
