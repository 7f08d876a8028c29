import SurprisalTensors

extension Tensor {
  /// log(mˣ e⁻ᵐ / x!) of counts x and means m, with broadcasting.
  ///
  /// The derivative by m is (x − m) / m, at m = 0 its limit; by x it is log m − ψ(x + 1); 0 where x is no count.
  static func poissonLogMass(of x: Tensor, mean: Tensor) -> Tensor {
    elementwise([x, mean]) { x, mean, _ in
      CountMass.poisson(x, mean: mean)
    } derivative: { inputs, _, argument in
      let (x, mean) = (inputs[0], inputs[1])
      let isCount = (x .>= 0) .& x.isWhole
      let count = Tensor(where: isCount, x, else: 0)
      if argument == 0 { return Tensor(where: isCount, mean.log() - (count + 1).digamma(), else: 0) }
      return Tensor(where: isCount, (count - mean).ratio(to: mean, atZero: -1), else: 0)
    }
  }

  /// The binomial log-mass of counts x in n trials of probability p, with broadcasting.
  ///
  /// The derivative by p is (x − n p) / (p (1 − p)), at p = 0 and 1 its limit.
  static func binomialLogMass(of x: Tensor, trials: Tensor, probability: Tensor) -> Tensor {
    elementwise([x, trials, probability]) { x, n, p in
      CountMass.binomial(x, trials: n, probability: p)
    } derivative: { inputs, _, argument in
      let (n, p) = (inputs[1], inputs[2])
      return inputs[0].derivative(trials: n, argument) { x in
        if argument == 0 { return p.log() - SurprisalTensors.log(onePlus: -p) }
        if argument == 1 { return SurprisalTensors.log(onePlus: -p) }
        let successes = x.ratio(to: p, atZero: 0)
        let failures = (n - x).ratio(to: 1 - p, atZero: 0)
        let isInner = (p .> 0) .& (p .< 1)
        let inner = Tensor(where: isInner, p, else: 0.5)
        return Tensor(where: isInner, (x - n * inner) / (inner * (1 - inner)), else: successes - failures)
      }
    }
  }

  /// The binomial log-mass of counts x in n trials of probability 1 / (1 + exp(−logit)), with broadcasting.
  static func binomialLogMass(of x: Tensor, trials: Tensor, logits: Tensor) -> Tensor {
    elementwise([x, trials, logits]) { x, n, logit in
      CountMass.binomial(x, trials: n, logit: logit)
    } derivative: { inputs, _, argument in
      let (n, logits) = (inputs[1], inputs[2])
      return inputs[0].derivative(trials: n, argument) { x in
        argument == 0 ? logits : argument == 1 ? -logits.softplus() : x - n * logits.sigmoid()
      }
    }
  }

  /// The parts of the classes in a multinomial log-mass; see `CountMass.multinomialPart`.
  ///
  /// The derivative by a probability is (x − n p) / p, that of probabilities which are divided by their sum.
  static func multinomialParts(of x: Tensor, trials: Tensor, probabilities: Tensor) -> Tensor {
    elementwise([x, trials, probabilities]) { x, n, p in
      CountMass.multinomialPart(x, trials: n, probability: p)
    } derivative: { inputs, _, argument in
      let (x, n, p) = (inputs[0], inputs[1], inputs[2])
      if argument == 0 { return (n * p).log() - (x + 1).digamma() }
      return argument == 1 ? x.ratio(to: n, atZero: 0) - p : x.ratio(to: p, atZero: 0) - n
    }
  }

  /// The same of logarithms of probabilities, by which the derivative is x − n p.
  static func multinomialParts(of x: Tensor, trials: Tensor, logProbabilities: Tensor) -> Tensor {
    elementwise([x, trials, logProbabilities]) { x, n, logProbability in
      CountMass.multinomialPart(x, trials: n, logProbability: logProbability)
    } derivative: { inputs, _, argument in
      let (x, n, logs) = (inputs[0], inputs[1], inputs[2])
      if argument == 0 { return n.log() + logs - (x + 1).digamma() }
      return argument == 1 ? x.ratio(to: n, atZero: 0) - logs.exp() : x - n * logs.exp()
    }
  }

  /// log x! − (x log x − x) of counts, 0 at 0.
  var logFactorialRest: Tensor {
    Tensor.elementwise([self]) { x, _, _ in
      CountMass.logFactorialRest(x)
    } derivative: { inputs, _, _ in
      let isPositive = inputs[0] .> 0
      let x = Tensor(where: isPositive, inputs[0], else: 1)
      return Tensor(where: isPositive, (x + 1).digamma() - x.log(), else: 0)
    }
  }

  /// a log(a / b) + b − a, the divergence of Poisson distributions of means a and b, with broadcasting; it does not
  /// cancel near a = b.
  ///
  /// The derivatives are log(a / b) and (b − a) / b.
  static func poissonDivergence(_ a: Tensor, _ b: Tensor) -> Tensor {
    elementwise([a, b]) { a, b, _ in
      SpecialFunctions.devianceTerm(a, b)
    } derivative: { inputs, _, argument in
      let (a, b) = (inputs[0], inputs[1])
      if argument == 1 { return (b - a).ratio(to: b, atZero: 1) }
      let areZero = (a .== 0) .& (b .== 0)
      return Tensor(where: areZero, 0, else: a.log() - b.log())
    }
  }

  /// Where x is a count of 0 … n the derivative of `kernel` there with that of log (n over x), elsewhere 0.
  private func derivative(trials n: Tensor, _ argument: Int, _ kernel: (Tensor) -> Tensor) -> Tensor {
    let isInside = (self .>= 0) .& (self .<= n) .& isWhole
    let x = Tensor(where: isInside, self, else: 0)
    let rest = argument == 2 ? nil : (n - x + 1).digamma()
    let own = argument == 0 ? (x + 1).digamma() : argument == 1 ? (n + 1).digamma() : nil
    var whole = kernel(x)
    if let rest, let own { whole = whole + (argument == 0 ? rest - own : own - rest) }
    return Tensor(where: isInside, whole, else: 0)
  }

  /// x / y where y > 0; where y = 0, `number` for x = 0 and +∞ or −∞ by the sign of any other x.
  private func ratio(to y: Tensor, atZero number: Double) -> Tensor {
    let isPositive = y .> 0
    let inner = self / Tensor(where: isPositive, y, else: 1)
    let edge = Tensor(where: self .== 0, number, else: sign() * .infinity)
    return Tensor(where: isPositive, inner, else: edge)
  }
}
