import SurprisalCore
import SurprisalInformation
import Testing

struct SamplesColumnTests {
  @Test func levelsAreSortedDistinctValues() throws {
    let integers = DiscreteColumn([3, -1, 3, 10])
    #expect(integers.levelOfRow == [1, 0, 1, 2] && integers.counts == [1, 2, 1])
    #expect((0..<3).map(integers.name(ofLevel:)) == ["-1", "3", "10"] && !integers.hasDeclaredLevels)
    let numbers = try DiscreteColumn([0.0, -0.0, .infinity, 0.1, 5])
    #expect(numbers.levelOfRow == [0, 0, 3, 1, 2])
    #expect((0..<4).map(numbers.name(ofLevel:)) == ["0", "0.1", "5", "inf"])
    #expect(DiscreteColumn(["b", "a", "b"]).levelOfRow == [1, 0, 1])
    let declared = try DiscreteColumn(codes: [2, 0], levelCount: 4, names: ["n", "e", "s", "w"])
    #expect(declared.counts == [1, 0, 1, 0] && declared.name(ofLevel: 2) == "s" && declared.hasDeclaredLevels)
  }

  @Test(arguments: [256, 257, 65_536, 65_537, 200_000]) func codesFitTheirStorage(levels: Int) throws {
    let codes = [0, levels - 1, levels / 2, levels - 2]
    #expect(try DiscreteColumn(codes: codes, levelCount: levels).levelOfRow == codes)
  }

  @Test func whatCannotBeUsedIsRefused() throws {
    let nan = #expect(throws: SurprisalError.self) { try DiscreteColumn([1, .nan]) }
    #expect(nan?.category == .data && nan?.message == "row 1 is NaN")
    let code = #expect(throws: SurprisalError.self) { try DiscreteColumn(codes: [0, 2], levelCount: 2) }
    #expect(code?.category == .data && code?.message.contains("row 1") == true)
    let name = #expect(throws: SurprisalError.self) {
      try DiscreteColumn(codes: [0], levelCount: 2, names: ["a", "a"])
    }
    #expect(name?.category == .usage)
    let two = DiscreteColumn([1, 2])
    let length = #expect(throws: SurprisalError.self) { try two.mutualInformation(with: DiscreteColumn([1])) }
    #expect(length?.category == .data)
    let empty = DiscreteColumn([Int]())
    for body in [
      { _ = try empty.entropy() }, { _ = try two.klDivergence(from: empty) },
      { _ = try MutualInformationMatrix([empty, empty]) }, { _ = try PointwiseInformation(empty, empty) },
    ] as [() throws -> Void] {
      let error = #expect(throws: SurprisalError.self) { try body() }
      #expect(error?.category == .data)
    }
  }
}
