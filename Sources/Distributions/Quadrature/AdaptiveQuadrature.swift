/// Integrals of several functions at once over intervals that are halved where Gauss's and Kronrod's rules differ.
///
/// The error of a piece is the difference of the two rules, which is far above that of Kronrod's for smooth functions. It
/// is an estimate and no proof: a feature between all nodes goes unseen, so break points belong where features are.
struct AdaptiveQuadrature {
  /// A piece with its integral by Kronrod's rule, the difference of the rules, and what rounding may add.
  struct Piece {
    var lower: Double
    var upper: Double
    var value = 0.0
    var error = 0.0
    var rounding = 0.0

    /// Its nodes in ascending order.
    var nodes: [Double] {
      let (center, half) = (0.5 * lower + 0.5 * upper, 0.5 * (upper - lower))
      return GaussKronrod.nodes.map { center + half * $0 }
    }
  }

  /// Values of the functions and bounds of their rounding, each [row, function]; 21 rows in turn are of one piece.
  typealias Evaluated = (values: [Double], roundings: [Double])

  /// The pieces of each function.
  private(set) var pieces: [[Piece]]

  /// Integrates each function from its first to its last break point.
  ///
  /// - Parameters:
  ///   - breaks: for each function its break points in ascending order; less than two for an integral of 0.
  ///   - factors: what each integral is multiplied by, of at least 0.
  ///   - groupSize: so many functions in turn are terms of one sum.
  ///   - target: the error of a sum at which halving ends.
  ///   - limit: the number of nodes, of all functions, at which it ends too.
  ///   - evaluate: the functions at points [row, function].
  init(
    breaks: [[Double]], factors: [Double], groupSize: Int, target: Double, limit: Int,
    evaluate: (_ points: [Double]) -> Evaluated
  ) {
    pieces = breaks.map { _ in [] }
    var pending = breaks.map { ends in
      zip(ends, ends.dropFirst()).filter { $0 < $1 }.map { Piece(lower: $0, upper: $1) }
    }
    var evaluations = 0
    while pending.contains(where: { !$0.isEmpty }) {
      let added = pending.reduce(0) { $0 + $1.count } * GaussKronrod.nodes.count
      evaluations += added
      AdaptiveQuadrature.evaluate(&pending, evaluate)
      for (index, new) in pending.enumerated() { pieces[index] += new }
      pending = breaks.map { _ in [] }
      if evaluations + added > limit { break }
      for group in stride(from: 0, to: breaks.count, by: groupSize) {
        let functions = group..<group + groupSize
        let error = functions.reduce(0) { sum, f in sum + factors[f] * pieces[f].reduce(0) { $0 + $1.error } }
        if error <= target { continue }
        let count = functions.reduce(0) { $0 + pieces[$1].count }
        for f in functions {
          var kept: [Piece] = []
          for piece in pieces[f] {
            let middle = 0.5 * piece.lower + 0.5 * piece.upper
            let isLarge = factors[f] * piece.error > target / Double(2 * count) && piece.error > piece.rounding
            if isLarge || piece.error.isNaN, middle > piece.lower, middle < piece.upper {
              pending[f] += [Piece(lower: piece.lower, upper: middle), Piece(lower: middle, upper: piece.upper)]
            } else {
              kept.append(piece)
            }
          }
          pieces[f] = kept
        }
      }
    }
  }

  /// The integral of one function.
  func value(_ function: Int) -> Double { pieces[function].reduce(0) { $0 + $1.value } }

  /// Σ of the differences of the rules and of the rounding of one function.
  func error(_ function: Int) -> Double { pieces[function].reduce(0) { $0 + $1.error + $1.rounding } }

  /// The nodes and weights of all functions, [row, function], filled up with weights of 0.
  func nodesAndWeights() -> (nodes: [Double], weights: [Double], rows: Int) {
    let extent = GaussKronrod.nodes.count
    let rows = (pieces.map(\.count).max() ?? 0) * extent
    var nodes = AdaptiveQuadrature.points(pieces, rows)
    var weights = [Double](repeating: 0, count: nodes.count)
    for (f, list) in pieces.enumerated() {
      for (index, piece) in list.enumerated() {
        let half = 0.5 * (piece.upper - piece.lower)
        for row in 0..<extent {
          weights[(index * extent + row) * pieces.count + f] = half * GaussKronrod.kronrodWeights[row]
        }
      }
      if list.isEmpty { for row in 0..<rows { nodes[row * pieces.count + f] = 0 } }
    }
    return (nodes, weights, rows)
  }

  /// The nodes of pieces, [row, function]; rows without a piece repeat the function's first one.
  private static func points(_ pieces: [[Piece]], _ rows: Int) -> [Double] {
    let extent = GaussKronrod.nodes.count
    var points = [Double](repeating: 0, count: rows * pieces.count)
    for (f, list) in pieces.enumerated() {
      for index in 0..<rows / extent {
        guard let piece = index < list.count ? list[index] : list.first else { break }
        for (row, node) in piece.nodes.enumerated() { points[(index * extent + row) * pieces.count + f] = node }
      }
    }
    return points
  }

  private static func evaluate(_ pieces: inout [[Piece]], _ function: (_ points: [Double]) -> Evaluated) {
    let extent = GaussKronrod.nodes.count
    let rows = (pieces.map(\.count).max() ?? 0) * extent
    let found = function(points(pieces, rows))
    for f in pieces.indices {
      for index in pieces[f].indices {
        var (kronrod, gauss, rounding) = (0.0, 0.0, 0.0)
        for row in 0..<extent {
          let place = (index * extent + row) * pieces.count + f
          kronrod += GaussKronrod.kronrodWeights[row] * found.values[place]
          gauss += GaussKronrod.gaussWeights[row] * found.values[place]
          rounding += GaussKronrod.kronrodWeights[row] * found.roundings[place]
        }
        let half = 0.5 * (pieces[f][index].upper - pieces[f][index].lower)
        pieces[f][index].value = half * kronrod
        pieces[f][index].error = half * abs(kronrod - gauss)
        pieces[f][index].rounding = half * rounding
      }
    }
  }
}
