import SurprisalCore

/// Neighboring discrete columns whose levels are written as one code: Σ level · stride.
struct ColumnGroup: Sendable {
  /// Each column with the product of the level counts before it.
  var columns: [(column: Int, levels: Int, stride: Int)]
  /// The number of codes.
  var size: Int

  /// Groups of neighboring discrete columns with at most 64 codes each (a column of more levels stands alone): few
  /// enough codes that most occur, many enough that a row has few of them.
  static func groups(of columns: ProductColumns) -> [ColumnGroup] {
    var result: [ColumnGroup] = []
    for column in columns.discrete {
      let levels = columns.families[column].levelCount ?? 1
      if let last = result.last, last.size * levels <= 64 {
        result[result.count - 1].columns.append((column, levels, last.size))
        result[result.count - 1].size *= levels
      } else {
        result.append(ColumnGroup(columns: [(column, levels, 1)], size: levels))
      }
    }
    return result
  }

  /// The level of the `index`-th of the group's columns in `code`.
  func level(_ index: Int, in code: Int) -> Int { code / columns[index].stride % columns[index].levels }
}

/// Checked rows: the codes of the groups of discrete columns, and the numbers of the others.
struct EncodedTable: Sendable {
  let groups: [ColumnGroup]
  let rowCount: Int
  /// [rows][groups].
  let codes: Cells<UInt16>
  /// [rows][linear, then normal columns], in the unit of x.
  let dense: Cells<Double>
  /// The columns of `dense`.
  let denseColumns: [Int]

  init(groups: [ColumnGroup], rowCount: Int, codes: Cells<UInt16>, dense: Cells<Double>, denseColumns: [Int]) {
    self.groups = groups
    self.rowCount = rowCount
    self.codes = codes
    self.dense = dense
    self.denseColumns = denseColumns
  }

  /// Reads `rows`; throws a data error that names the first row and column whose number its family excludes.
  ///
  /// `rowNumbers` are what messages call the rows, their own numbers if nil.
  init(_ rows: RowMatrix, columns: ProductColumns, rowNumbers: [Int]? = nil, threads: Int) throws {
    try columns.requireColumns(of: rows)
    let (groups, denseColumns) = (ColumnGroup.groups(of: columns), columns.linear + columns.normal)
    let (count, width) = (rows.rowCount, columns.count)
    let codes = Cells<UInt16>(repeating: 0, count: count * groups.count)
    let dense = Cells<Double>(repeating: 0, count: count * denseColumns.count)
    let block = 2048
    let blocks = (count + block - 1) / block
    let faults = Cells<Int>(repeating: -1, count: blocks)
    // One behind the other, without arrays in arrays: this loop reads every cell of the table.
    let places = Cells(groups.flatMap { $0.columns.map { [$0.column, $0.levels, $0.stride] } }.flatMap { $0 }, or: 0)
    let sizes = Cells(groups.map(\.columns.count), or: 0)
    let isCount = denseColumns.map { columns.families[$0] == .poisson || columns.families[$0] == .geometric }
    let least = denseColumns.map { columns.families[$0] == .normal ? -Double.greatestFiniteMagnitude : 0 }
    rows.withUnsafeValues { values in
      let source = SharedNumbers(values)
      parallelFor(count: blocks, threads: threads) { number in
        for row in number * block..<min(count, (number + 1) * block) {
          let x = source.base + row * width
          var isSound = true
          var place = UnsafePointer(places.base)
          for group in 0..<sizes.count {
            var code = 0
            for _ in 0..<sizes.base[group] {
              let value = x[place[0]]
              if value >= 0, value < Double(place[1]) {
                let level = Int(value)
                if Double(level) != value { isSound = false }
                code += level * place[2]
              } else {
                isSound = false
              }
              place += 3
            }
            codes.base[row * sizes.count + group] = UInt16(truncatingIfNeeded: code)
          }
          let target = dense.base + row * denseColumns.count
          for (index, column) in denseColumns.enumerated() {
            let value = x[column]
            if !(value >= least[index] && value <= (isCount[index] ? 0x1p53 : .greatestFiniteMagnitude)) {
              isSound = false
            }
            if isCount[index], value.rounded(.down) != value { isSound = false }
            target[index] = value
          }
          if !isSound {
            faults.base[number] = row
            return
          }
        }
      }
    }
    for number in 0..<blocks where faults.base[number] >= 0 {
      let row = faults.base[number]
      throw EncodedTable.fault(rows.row(row), columns, row: rowNumbers?[row] ?? row)
    }
    self.init(groups: groups, rowCount: count, codes: codes, dense: dense, denseColumns: denseColumns)
  }

  private static func fault(_ values: [Double], _ columns: ProductColumns, row: Int) -> SurprisalError {
    let column = values.indices.first { column in
      let value = values[column]
      switch columns.families[column] {
      case .normal: return !value.isFinite
      case .exponential: return !(value >= 0 && value.isFinite)
      case .poisson, .geometric: return !(value >= 0 && value <= 0x1p53 && value.rounded(.down) == value)
      case .bernoulli: return value != 0 && value != 1
      case .categorical(let levels): return !(value >= 0 && value < Double(levels) && value.rounded(.down) == value)
      }
    }
    return columns.fault(values[column ?? 0], column: column ?? 0, row: row)
  }

  /// The rows' numbers in columns that are not discrete, as a table; nil without such columns.
  var denseRows: RowMatrix? {
    guard !denseColumns.isEmpty else { return nil }
    return RowMatrix(
      unchecked: Array(UnsafeBufferPointer(start: dense.base, count: dense.count)), columnCount: denseColumns.count)
  }
}

/// An address that several threads read.
struct SharedNumbers: @unchecked Sendable {
  // Unchecked: nobody writes there while it is used.
  let base: UnsafePointer<Double>

  init(_ base: UnsafePointer<Double>) { self.base = base }
}
