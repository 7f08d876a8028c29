import Surprisal

/// The likelihood of a mixture is the logarithm of a sum over z, so it has no closed maximum.
func logSum() {
  let coins = TwoCoins.start
  for x in TwoCoins.data {
    print("x = \(Int(x)): ln Σ_z p(x, z) = \(show(coins.logLikelihood(x))) nats")
  }
  print("ln p(X) = \(show(coins.total)) nats")
}

/// L(q, θ) ≤ ln p(X) for every q; what is missing is KL(q ‖ posterior).
func lowerBound() throws {
  let coins = TwoCoins.start
  for share in [0.5, 0.3, 0.9] {
    let q = TwoCoins.data.map { _ in [share, 1 - share] }
    let gap = try zip(TwoCoins.data, q).reduce(0) { sum, pair in
      sum + (try Information.klDivergence(pair.1, coins.posterior(pair.0)).nats)
    }
    let bound = coins.lowerBound(q)
    print(
      "q = (\(share), \(show(1 - share, 1))): L = \(show(bound)), KL = \(show(gap)), L + KL = \(show(bound + gap)) nats"
    )
  }
  print("ln p(X) = \(show(coins.total)) nats")
}

/// With θ fixed, L is largest for q = p(z | x), where it touches ln p(X).
func eStep() {
  let coins = TwoCoins.start
  let q = TwoCoins.data.map { coins.posterior($0) }
  for (x, share) in zip(TwoCoins.data, q) { print("x = \(Int(x)): q = (\(show(share[0], 2)), \(show(share[1], 2)))") }
  print("L = \(show(coins.lowerBound(q))) = ln p(X) = \(show(coins.total)) nats")
}

/// With q fixed, the maximum of L over θ is in closed form; then ln p(X) has risen at least as much as L.
func mStep() {
  var coins = TwoCoins.start
  for iteration in 1...10 {
    let q = TwoCoins.data.map { coins.posterior($0) }
    let next = TwoCoins(weights: coins.weights, heads: TwoCoins.maximizing(q).heads)
    print(
      "\(iteration): heads = (\(show(next.heads[0], 2)), \(show(next.heads[1], 2))), "
        + "L = \(show(coins.lowerBound(q))) → \(show(next.lowerBound(q))) nats")
    coins = next
  }
}
