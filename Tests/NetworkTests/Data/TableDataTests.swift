import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Tables with target columns.
@Suite struct TableDataTests {
  static func table(_ text: String, words: Bool = true) throws -> Table {
    try DataFixture.withFolder { folder in
      let file = folder.appendingPathComponent("t.csv")
      try Data(text.utf8).write(to: file)
      var options = CSVOptions()
      if words { options.wordColumns = .automatic(also: []) }
      return try Table(contentsOf: file.path, options: options)
    }
  }

  @Test func wordsBecomeClassesAndIndicators() throws {
    let table = try TableDataTests.table("x,color,kind\n1,red,b\n2.5,blue,a\n-3,red,a\n")
    let data = try SupervisedData(table, targets: ["kind"])
    #expect(data.inputNames == ["x", "color=blue", "color=red"] && data.classNames == ["a", "b"])
    #expect(data.inputs.dtype == .float64 && data.targetNames == ["kind"] && data.isClassification)
    #expect(data.inputs.scalars(as: Double.self) == [1, 0, 1, 2.5, 1, 0, -3, 0, 1])
    #expect(data.targets.scalars(as: Int.self) == [1, 0, 0])
    let swapped = try SupervisedData(table, targets: ["3"], inputs: ["x"], classNames: ["b", "z", "a"])
    #expect(swapped.targets.scalars(as: Int.self) == [0, 2, 2] && swapped.outputCount == 3)
    let error = try #require(throws: SurprisalError.self) {
      try SupervisedData(table, targets: ["kind"], classNames: ["b", "c"])
    }
    #expect(error.category == .data && error.location?.line == 3)
    #expect(error.message == "`a` in the column `kind` is no class of the model: b, c")
  }

  @Test func numbersAreNumbersUnlessClassesAreAsked() throws {
    let table = try TableDataTests.table("x,y,z\n1,10,2\n2,20,0.5\n3,30,2\n")
    let two = try SupervisedData(table, targets: ["z", "y"])
    #expect(two.targets.shape == [3, 2] && two.targets.scalars(as: Double.self) == [2, 10, 0.5, 20, 2, 30])
    #expect(two.inputNames == ["x"] && two.targetNames == ["z", "y"] && !two.isClassification)
    let classes = try SupervisedData(table, targets: ["z"], kind: .classes)
    #expect(classes.classNames == ["0.5", "2"] && classes.targets.scalars(as: Int.self) == [1, 0, 1])
  }

  @Test func whatCannotBeIsRefused() throws {
    let table = try TableDataTests.table("x,y,w\n1,10,u\n2,20,v\n")
    func error(_ body: () throws -> SupervisedData) throws -> SurprisalError {
      try #require(throws: SurprisalError.self) { try body() }
    }
    #expect(try error { try SupervisedData(table, targets: ["yy"]) }.remedy == "did you mean `y`?")
    #expect(try error { try SupervisedData(table, targets: []) }.category == .usage)
    #expect(try error { try SupervisedData(table, targets: ["x", "y", "w"], kind: .numbers) }.category == .usage)
    #expect(try error { try SupervisedData(table, targets: ["x"], inputs: ["x"]) }.category == .usage)
    #expect(try error { try SupervisedData(table, targets: ["x", "y"], kind: .classes) }.category == .usage)
    let words = try error { try SupervisedData(table, targets: ["w"], kind: .numbers) }
    #expect(words.category == .data && words.location?.column == 3)
  }
}
