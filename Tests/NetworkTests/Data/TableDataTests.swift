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

/// Columns of later tables, found by name (A65).
@Suite struct ColumnMatchingTests {
  private let names = ["x", "color=blue", "color=red", "y"]

  private func inputs(_ text: String, _ names: [String]) throws -> [Double] {
    try SupervisedData.inputs(of: TableDataTests.table(text), like: names).scalars(as: Double.self)
  }

  @Test func orderAndOthersDoNotCount() throws {
    let expected = [1.0, 0, 1, 5, 2, 1, 0, 6]
    #expect(try inputs("x,color,y\n1,red,5\n2,blue,6\n", names) == expected)
    #expect(try inputs("y,z,color,x\n5,0,red,1\n6,0,blue,2\n", names) == expected)
    // A word of the model that this table does not hold.
    #expect(try inputs("x,color,y\n1,red,5\n", names) == [1, 0, 1, 5])
    #expect(try inputs("1,2\n3,4\n", ["a", "b"]) == [1, 2, 3, 4])
    #expect(try inputs("p,q\n3,4\n", ["x1", "x2"]) == [3, 4])
    // The second column was the target.
    #expect(try inputs("1,2,3\n", ["x1", "x3"]) == [1, 3])
    #expect(try inputs("1,3\n", ["x1", "x3"]) == [1, 3])
  }

  /// Two columns of words side by side, of which both know the same words.
  @Test func wordsBelongToTheirColumns() throws {
    let names = ["fur=gray", "fur=red", "eyes=gray", "eyes=green"]
    let expected = [1.0, 0, 0, 1, 0, 1, 1, 0]
    #expect(try inputs("n,fur,eyes\n1,gray,green\n2,red,gray\n", names) == expected)
    #expect(try inputs("n,eyes,fur\n1,green,gray\n2,gray,red\n", names) == expected)
    let error = #expect(throws: SurprisalError.self) { try inputs("n,fur,eyes\n1,green,gray\n", names) }
    #expect(error?.message == "`green` in the column `fur` was not met in training: gray, red")
  }

  @Test func bothListsAreNamed() throws {
    func error(_ text: String, _ names: [String]) throws -> SurprisalError {
      let error = try #require(throws: SurprisalError.self) { try inputs(text, names) }
      #expect(error.category == .data)
      return error
    }
    #expect(
      try error("x,color,z\n1,red,5\n", names).message
        == "the columns [x, color, z] are not those that the model was trained on: [x, color=blue, color=red, y]")
    #expect(
      try error("1,2,3\n", ["a", "b"]).message
        == "the columns [x1, x2, x3] are not those that the model was trained on: [a, b]")
    let word = try error("x,color,y\n1,red,5\n2,green,6\n", names)
    #expect(word.message == "`green` in the column `color` was not met in training: blue, red")
    #expect(word.location?.line == 3 && word.location?.column == 2)
    #expect(try error("x,y\nu,1\nv,2\n", ["x", "y"]).message.contains("holds words"))
  }
}
