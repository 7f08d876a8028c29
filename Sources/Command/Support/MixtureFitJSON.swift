import Surprisal

extension GaussianMixtureFit {
  /// What `fit gaussian-mixture --json` writes: totals in nats, criteria smaller is better, components by
  /// falling weight, parameters in the unit of x.
  func json(candidates: [MixtureCandidate], sourceName: String) -> JSONValue {
    [
      "model": "gaussian-mixture", "data": JSONValue(sourceName), "rows": JSONValue(rowCount),
      "columns": JSONValue(model.columnCount), "columnNames": JSONValue(model.columnNames),
      "totalWeight": JSONValue(totalWeight), "components": JSONValue(model.componentCount),
      "componentsChosenBy": candidates.isEmpty ? nil : "bic",
      "covariance": JSONValue(model.covarianceModel.rawValue),
      "parameterCount": JSONValue(model.parameterCount), "logLikelihood": JSONValue(logLikelihood),
      "logLikelihoodPerRow": JSONValue(logLikelihood / totalWeight),
      "objective": JSONValue(objective), "lowerBound": JSONValue(evidence.lowerBound.nats),
      "gap": JSONValue(evidence.gap?.nats), "iterations": JSONValue(iterations),
      "converged": JSONValue(converged), "bic": JSONValue(bic), "aic": JSONValue(aic),
      "icl": JSONValue(icl), "startsAtBest": JSONValue(startsAtBest), "starts": JSONValue(starts),
      "polishedStarts": JSONValue(polishedStarts), "seed": JSONValue(configuration.seed),
      "prior": configuration.prior?.json ?? nil,
      "parameters": model.parametersJSON, "selection": .array(candidates.map(\.json)),
      "warnings": JSONValue(warnings), "history": .array(ledger.map(\.json)),
      "seconds": JSONValue(seconds),
    ]
  }
}

extension GaussianMixture {
  /// Weights, means and covariances in the unit of x; z = (x − shift) / scale are the model's coordinates.
  var parametersJSON: JSONValue {
    [
      "weights": JSONValue(weights), "means": JSONValue(means),
      "covariances": .array(covariances.map { JSONValue($0) }),
      "shift": JSONValue(standardization.shift), "scale": JSONValue(standardization.scale),
    ]
  }
}

extension MixturePrior {
  /// The prior's strengths.
  fileprivate var json: JSONValue {
    [
      "weightConcentration": JSONValue(weightConcentration), "meanStrength": JSONValue(meanStrength),
      "covarianceStrength": JSONValue(covarianceStrength), "scale": JSONValue(scale),
    ]
  }
}

extension LedgerEntry {
  /// One iteration; totals in nats.
  fileprivate var json: JSONValue {
    [
      "iteration": JSONValue(iteration), "step": JSONValue(step.rawValue),
      "logLikelihood": JSONValue(logLikelihood), "lowerBound": JSONValue(lowerBound),
      "gap": JSONValue(gap), "objective": JSONValue(objective),
      "objectiveAfterMaximization": JSONValue(objectiveAfterMaximization),
      "roundingBound": JSONValue(roundingBound),
    ]
  }
}

extension MixtureCandidate {
  /// One model that was compared.
  var json: JSONValue {
    [
      "components": JSONValue(components), "covariance": JSONValue(covarianceModel.rawValue),
      "logLikelihood": JSONValue(logLikelihood), "bic": JSONValue(bic), "aic": JSONValue(aic),
      "icl": JSONValue(icl), "heldOutLogLikelihoodPerRow": JSONValue(heldOutLogLikelihood),
      "descriptionLengthBits": JSONValue(descriptionLength), "parameterCount": JSONValue(parameterCount),
      "startsAtBest": JSONValue(startsAtBest), "starts": JSONValue(starts),
      "converged": JSONValue(converged), "failure": JSONValue(failure),
    ]
  }
}

extension JSONValue {
  /// A seed; beyond 63 bits a text, since a JSON number would lose digits.
  init(_ seed: UInt64) { self = Int(exactly: seed).map { .integer($0) } ?? .string(String(seed)) }
}
