import SurprisalCore

extension NaiveBayes {
  /// Fits by closed form: classes in proportion to their rows, every column's distribution from its class's rows.
  ///
  /// - Parameters:
  ///   - rows: n × D numbers as `ProductMixture.fit` takes them.
  ///   - classes: the class of each row, from 0.
  ///   - classNames: the classes' names; 0, 1, … if nil, up to the largest that occurs.
  ///   - weights: one non-negative number a row; a weight of w counts as w equal rows.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - families: one family a column, such as `[.poisson, .normal]` or `.all(.bernoulli)`.
  ///   - levels: the words of categorical columns in the order of their codes, one entry a column.
  ///   - smoothing: rows that every level of Bernoulli and categorical columns is given in every class (Laplace's rule
  ///     of succession at the default of 1; 0 is maximum likelihood). Other families have none.
  /// - Throws: A data error for rows that their columns exclude, for a class without rows or beyond the names, and for a
  ///   normal or exponential column without spread within a class, by its name.
  public static func fit(
    _ rows: RowMatrix, classes: [Int], classNames: [String]? = nil, weights: [Double]? = nil,
    columnNames: [String]? = nil, families: ColumnFamilies, levels: [[String]?]? = nil, smoothing: Double = 1,
    threads: Int? = nil
  ) throws -> NaiveBayes {
    guard smoothing >= 0, smoothing.isFinite else {
      throw SurprisalError(.data, "the smoothing is \(smoothing)", remedy: "give a finite number of at least 0")
    }
    let names = try checkedNames(classes, classNames, rowCount: rows.rowCount)
    let data = try ProductData(
      rows, weights: weights, columnNames: columnNames, families: families, words: levels, threads: threads)
    var moments = ProductMoments(total: 0, counts: [], values: [])
    for number in names.indices {
      let own = (0..<rows.rowCount).filter { classes[$0] == number && (weights?[$0] ?? 1) > 0 }
      guard !own.isEmpty else {
        throw SurprisalError(
          .data, "class `\(names[number])` has no rows", remedy: "leave it out, or give rows of positive weight")
      }
      let table = try EncodedTable(
        RowMatrix(unchecked: own.flatMap { rows.row($0) }, columnCount: rows.columnCount), columns: data.columns,
        threads: Threads.resolve(threads))
      let packed = ProductRows(
        table, columns: data.columns, reference: data.rows.reference,
        weights: weights.map { all in own.map { all[$0] } },
        hasLists: true)
      let rough = ProductData.whole(packed, threads: Threads.resolve(threads))
      let part =
        data.columns.hasNormal
        ? ProductData.whole(
          packed, threads: Threads.resolve(threads),
          around: ProductMixtureEM.values(rough, data.columns, smoothing: 0)) : rough
      try requireSpread(part, data.columns, className: names[number])
      moments.total += part.total
      moments.counts += part.counts
      moments.values += part.values
    }
    return NaiveBayes(
      parameters: ProductParameters(
        columns: data.columns, weights: moments.counts.map { $0 / moments.total },
        values: ProductMixtureEM.values(moments, data.columns, smoothing: smoothing)),
      classNames: names)
  }

  /// Fits to classes given by their names, which are put in alphabetical order; see the form with numbers.
  public static func fit(
    _ rows: RowMatrix, classes: [String], weights: [Double]? = nil, columnNames: [String]? = nil,
    families: ColumnFamilies, levels: [[String]?]? = nil, smoothing: Double = 1, threads: Int? = nil
  ) throws -> NaiveBayes {
    let names = Set(classes).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return try fit(
      rows, classes: classes.map { numbers[$0] ?? 0 }, classNames: names, weights: weights, columnNames: columnNames,
      families: families, levels: levels, smoothing: smoothing, threads: threads)
  }

  private static func checkedNames(_ classes: [Int], _ names: [String]?, rowCount: Int) throws -> [String] {
    guard classes.count == rowCount else {
      throw SurprisalError(.data, "\(classes.count) classes for \(rowCount) rows", remedy: "give one class a row")
    }
    let most = classes.max() ?? -1
    // A class without a name costs memory, so a stray number is refused before it does.
    let count = names?.count ?? min(most, classes.count) + 1
    if let row = classes.firstIndex(where: { $0 < 0 || $0 >= count }) {
      throw SurprisalError(
        .data, "the class of row \(row + 1) is \(classes[row])", remedy: "number the classes 0 to \(max(0, count - 1))")
    }
    return names ?? (0..<count).map { "\($0)" }
  }

  private static func requireSpread(_ part: ProductMoments, _ columns: ProductColumns, className: String) throws {
    for column in 0..<columns.count {
      let at = columns.valueStarts[column]
      switch columns.families[column] {
      case .normal where !(part.values[at + 1] > 1e-30 * part.total):
        throw SurprisalError(
          .data, "column `\(columns.names[column])` does not vary within class `\(className)`",
          remedy: "leave it out with --columns, or give the class more rows")
      case .exponential where !(part.values[at] > 1e-30 * part.total):
        throw SurprisalError(
          .data, "column `\(columns.names[column])` holds only zeros within class `\(className)`",
          remedy: "leave it out with --columns")
      default: continue
      }
    }
  }
}
