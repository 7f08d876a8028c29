import SurprisalCore
import SurprisalTensors
import Testing

/// What Documentation/tensors.md says of values that stop the program, and of checking them before.
struct ValueCheckTests {
  func checked(classes: Tensor, below count: Int) throws -> Tensor {
    guard !classes.dtype.isFloatingPoint, ((classes .>= 0) .& (classes .< Double(count))).all().item == 1 else {
      throw SurprisalError(.data, "a class is not one of 0 … \(count - 1)", remedy: "number the classes from 0")
    }
    return classes
  }

  @Test func classesAreCheckedBefore() throws {
    #expect(try checked(classes: Tensor([0, 9, 3]), below: 10).count == 3)
    #expect(try checked(classes: Tensor(zeros: [0], dtype: .uint8), below: 10).count == 0)
    let wrongs = [[0, 10], [-1, 0], [Int64.max], [Int64.min]].map { Tensor($0) } + [Tensor([0.0])]
    for wrong in wrongs {
      #expect(throws: SurprisalError.self) { try checked(classes: wrong, below: 10) }
    }
  }

  @Test func indicesOutsideStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2])[2] }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2]).selected(at: Tensor([2])) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2]).gathered(at: Tensor([-1]), alongAxis: 0) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2]).addingScattered(Tensor(zeros: [1]), at: Tensor([2]), alongAxis: 0)
    }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 1]).embedding(at: Tensor([2])) }
    await #expect(processExitsWith: .failure) { _ = Tensor(oneHot: Tensor([3]), depth: 3) }
  }

  @Test func classesOutsideStopTheProgramUnlessIgnored() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [1, 3]).crossEntropy(with: Tensor([3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [1, 3]).crossEntropy(with: Tensor([-100])) }
    #expect(Tensor(zeros: [1, 3]).crossEntropy(with: Tensor([-100]), ignoring: -100).item == 0)
  }

  @Test func whatIsNoProbabilityStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 0)
      _ = Tensor.bernoulli(probability: 1.5, shape: [1], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 0)
      _ = Tensor.bernoulli(probability: .nan, shape: [1], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 0)
      _ = Tensor.categorical(probabilities: Tensor([1.0, -0.5]), using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 0)
      _ = Tensor.categorical(probabilities: Tensor([0.0, 0]), using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 0)
      _ = Tensor.categorical(logits: Tensor([1.0, .infinity]), using: &generator)
    }
    var generator = RandomGenerator(seed: 0)
    let draws = Tensor.bernoulli(probabilities: Tensor([-1.0, .nan, 2, .infinity]), using: &generator)
    #expect(draws.scalars(as: Double.self) == [0, 0, 1, 1])
  }
}
