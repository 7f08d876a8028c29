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
  ///   - scaleSmoothing: ε ≥ 0 of the other families: every class's variance of a normal column gets ε times the
  ///     column's variance over all rows, every class's mean of a Poisson, geometric or exponential one ε times the
  ///     column's mean. 0, the default, is maximum likelihood; a small ε such as 1e-9 fits classes in which a column
  ///     does not vary or is always 0 (scikit-learn's `var_smoothing` is like it, with the variance of the widest
  ///     column for all).
  /// - Throws: A data error for rows that their columns exclude, for a class without rows or beyond the names, and,
  ///   unless `scaleSmoothing` is above 0, for a normal or exponential column without spread within a class, by its name.
  public static func fit(
    _ rows: RowMatrix, classes: [Int], classNames: [String]? = nil, weights: [Double]? = nil,
    columnNames: [String]? = nil, families: ColumnFamilies, levels: [[String]?]? = nil, smoothing: Double = 1,
    scaleSmoothing: Double = 0, threads: Int? = nil
  ) throws -> NaiveBayes {
    for (name, value) in [("smoothing", smoothing), ("scale smoothing", scaleSmoothing)]
    where !(value >= 0 && value.isFinite) {
      throw SurprisalError(.data, "the \(name) is \(value)", remedy: "give a finite number of at least 0")
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
      if scaleSmoothing == 0 { try requireSpread(part, data.columns, className: names[number]) }
      moments.total += part.total
      moments.counts += part.counts
      moments.values += part.values
    }
    var values = ProductMixtureEM.values(moments, data.columns, smoothing: smoothing)
    if scaleSmoothing > 0 {
      let whole = ProductMixtureEM.values(data.whole, data.columns, smoothing: 0)
      add(scaleSmoothing, of: whole, to: &values, data.columns)
    }
    return NaiveBayes(
      parameters: ProductParameters(
        columns: data.columns, weights: moments.counts.map { $0 / moments.total }, values: values),
      classNames: names)
  }

  /// Adds a share of the whole table's variances and means to those of every class, in the columns' coordinates.
  private static func add(_ share: Double, of whole: [Double], to values: inout [Double], _ columns: ProductColumns) {
    for start in stride(from: 0, to: values.count, by: columns.valueCount) {
      for column in columns.linear {
        values[start + columns.valueStarts[column]] += share * whole[columns.valueStarts[column]]
      }
      for column in columns.normal {
        values[start + columns.valueStarts[column] + 1] += share * whole[columns.valueStarts[column] + 1]
      }
    }
  }

  /// Fits to classes given by their names, which are put in alphabetical order; see the form with numbers.
  public static func fit(
    _ rows: RowMatrix, classes: [String], weights: [Double]? = nil, columnNames: [String]? = nil,
    families: ColumnFamilies, levels: [[String]?]? = nil, smoothing: Double = 1, scaleSmoothing: Double = 0,
    threads: Int? = nil
  ) throws -> NaiveBayes {
    let names = Set(classes).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return try fit(
      rows, classes: classes.map { numbers[$0] ?? 0 }, classNames: names, weights: weights, columnNames: columnNames,
      families: families, levels: levels, smoothing: smoothing, scaleSmoothing: scaleSmoothing, threads: threads)
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

  private static let spreadRemedy =
    "fit with --scale-smoothing 1e-9 (scaleSmoothing in Swift), or leave it out with --columns"

  private static func requireSpread(_ part: ProductMoments, _ columns: ProductColumns, className: String) throws {
    for column in 0..<columns.count {
      let at = columns.valueStarts[column]
      switch columns.families[column] {
      case .normal where !(part.values[at + 1] > 1e-30 * part.total):
        throw SurprisalError(
          .data, "column `\(columns.names[column])` does not vary within class `\(className)`",
          remedy: spreadRemedy)
      case .exponential where !(part.values[at] > 1e-30 * part.total):
        throw SurprisalError(
          .data, "column `\(columns.names[column])` holds only zeros within class `\(className)`",
          remedy: spreadRemedy)
      default: continue
      }
    }
  }
}
