import SurprisalTensors
import Testing

/// Every operation of the table over every reference case of its name.
struct TableTests {
  /// Value, shape and type of every output, and the gradient of every input.
  @Test(arguments: operationTable) func agreesWithTheReference(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      driver.compare(outputs: driver.outputs(driver.reference.inputs), with: driver.reference.outputs)
      guard driver.reference.isDifferentiated else { return }
      driver.compare(gradients: driver.gradients(), with: driver.reference.expectedGradients)
    }
  }

  /// The same elements behind strides, negative and larger than 1.
  @Test(arguments: operationTable) func readsStridedInputs(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      let reference = driver.reference
      for layout in Layout.allCases {
        let strided = reference.with(inputs: reference.inputs.map(layout.applied))
        driver.compare(outputs: driver.outputs(strided.inputs), with: reference.outputs, " \(layout)")
        guard reference.isDifferentiated else { continue }
        driver.compare(gradients: driver.gradients(strided), with: reference.expectedGradients, " \(layout)")
      }
    }
  }

  /// Inputs repeated by strides of 0, against the same in memory of their own.
  @Test(arguments: operationTable) func readsBroadcastInputs(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      let reference = driver.reference
      guard reference.isConvertible, !reference.isEdge else { return }
      for place in reference.inputs.indices {
        guard let repeated = Layout.broadcast(reference.inputs[place]) else { continue }
        var inputs = reference.inputs
        inputs[place] = repeated
        let view = driver.outputs(inputs)
        inputs[place] = repeated.contiguous()
        driver.compare(outputs: view, with: driver.outputs(inputs), " broadcast input \(place)")
      }
    }
  }

  /// Cotangents that reach the rule transposed, and repeated by strides of 0 as the gradient of a sum is.
  @Test(arguments: operationTable) func readsStridedCotangents(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      let reference = driver.reference
      guard reference.isDifferentiated else { return }
      let inputs = driver.variables.map { reference.inputs[$0] }
      let transposed = valueAndGradient(of: inputs) { variables in
        driver.loss(ofVariables: variables, reference.cotangents) { y, g in
          let order = Array((0..<y.rank).reversed())
          return (y.permuted(order) * g.permuted(order).contiguous()).sum()
        }
      }
      driver.compare(gradients: transposed.gradients, with: reference.expectedGradients, " transposed cotangent")
      let ones = reference.cotangents.map { $0.map { Tensor(ones: $0.shape, dtype: .float64) } }
      let repeated = valueAndGradient(of: inputs) { variables in
        driver.loss(ofVariables: variables, ones) { y, _ in y.sum() }
      }
      let expected = valueAndGradient(of: inputs) { driver.loss(ofVariables: $0, ones) }
      driver.compare(gradients: repeated.gradients, with: expected.gradients, " repeated cotangent")
    }
  }

  /// float32 and bfloat16 against our float64 run of the same rounded inputs, also behind strides.
  @Test(arguments: operationTable) func agreesInNarrowerTypes(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      for dtype in entry.narrowTypes where driver.reference.isConvertible {
        let narrow = driver.reference.rounded(to: dtype)
        let wide = narrow.widened(like: driver.reference)
        let values = driver.outputs(wide.inputs)
        let gradients = driver.reference.isDifferentiated ? driver.gradients(wide) : []
        driver.compare(outputs: driver.outputs(narrow.inputs), with: values, in: dtype)
        for layout in Layout.allCases {
          let strided = narrow.with(inputs: narrow.inputs.map(layout.applied))
          driver.compare(outputs: driver.outputs(strided.inputs), with: values, in: dtype, " \(layout)")
          guard driver.reference.isDifferentiated else { continue }
          driver.compare(gradients: driver.gradients(strided), with: gradients, in: dtype, " \(layout)")
        }
        guard driver.reference.isDifferentiated else { continue }
        driver.compare(gradients: driver.gradients(narrow), with: gradients, in: dtype)
      }
    }
  }

  @Test(arguments: operationTable) func firstDerivativesAgreeWithDifferences(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      if driver.reference.isDifferentiated, !driver.reference.isEdge { driver.checkFirstDerivative() }
    }
  }

  @Test(arguments: operationTable) func secondDerivativesAgreeWithDifferences(_ entry: OperationEntry) throws {
    guard entry.hasSecondDerivative else { return }
    try withEveryCase(of: entry) { driver in
      if driver.reference.isDifferentiated, !driver.reference.isEdge { driver.checkSecondDerivative() }
    }
  }

  /// One tape swept twice gives the same bits, and a cotangent of 0 gives a gradient of 0.
  @Test(arguments: operationTable) func sweepsTwiceAndPassesZero(_ entry: OperationEntry) throws {
    try withEveryCase(of: entry) { driver in
      let reference = driver.reference
      guard reference.isDifferentiated else { return }
      let inputs = driver.variables.map { reference.inputs[$0] }
      for place in inputs.indices {
        let (_, pull) = pullback(of: inputs[place]) { variable in
          var variables = inputs
          variables[place] = variable
          return driver.loss(ofVariables: variables, reference.cotangents)
        }
        let one = Tensor(1, dtype: .float64)
        let (first, second) = (pull(one), pull(one))
        let bits = { (tensor: Tensor) in tensor.scalars(as: Double.self).map(\.bitPattern) }
        #expect(bits(first) == bits(second), "\(reference.name): a second sweep differs")
        if reference.isEdge { continue }
        let zero = pull(Tensor(0, dtype: .float64)).scalars(as: Double.self)
        #expect(zero.allSatisfy { $0 == 0 }, "\(reference.name): a cotangent of 0 gives \(zero)")
      }
    }
  }

  private func withEveryCase(of entry: OperationEntry, _ body: (TableDriver) -> Void) throws {
    let cases = try ReferenceCases.of(entry)
    #expect(!cases.isEmpty, "there is no reference case of \(entry.name)")
    for reference in cases { body(TableDriver(entry: entry, reference: reference)) }
  }
}
