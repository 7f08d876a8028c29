import Surprisal

/// The options and specifications of mixtures over columns that are independent within a component.
enum ProductOptions {
  static let smoothing = Option.real(
    "smoothing", 0...1e9, section: FitOptions.model, standard: "0: maximum likelihood",
    "rows that every level of every component is given beforehand (MAP); keeps probabilities off 0")

  /// A mixture whose columns all are of `family`; by --families if nil.
  static func specification(_ name: String, family: String?) -> FitSpecification<ProductMixture> {
    FitSpecification(
      name: name, size: FitOptions.components, sizes: 1...9, hasICL: true,
      reading: { options, arguments in
        FamilyColumns.reading(&options, choices: choices(family, arguments))
      },
      fit: { input in
        let columns = try FamilyColumns(input.data.table, choices: choices(family, input.arguments))
        return try ProductMixture.fit(
          columns.rows, weights: input.weights, columnNames: input.columnNames, families: .each(columns.families),
          levels: columns.levels, components: input.size, smoothing: input.arguments[smoothing] ?? 0,
          configuration: input.configuration, progress: input.progress, isCancelled: input.isCancelled)
      })
  }

  private static func choices(_ family: String?, _ arguments: Arguments) -> [FamilyChoice] {
    if let family { return [FamilyChoice(column: nil, family: family)].compactMap(\.self) }
    return arguments[FamilyOptions.families] ?? []
  }

  /// The options that `fit` and `select` share.
  static func options(family: String?) -> [OptionDescription] {
    (family == nil ? [FamilyOptions.families.description] : []) + [smoothing.description] + Command.engineOptions
  }
}

extension Command {
  /// The mixtures: each word with its family, and what it is for.
  private static let mixtures: [(name: String, family: String?, summary: String, detail: String, example: Example)] = [
    (
      "mixture", nil, "fit a mixture over columns of different kinds",
      "Within a component the columns are independent, each with a family of its own: words and levels, 0 and 1, "
        + "counts, waiting times, numbers.",
      Example(
        "surprisal fit mixture old-faithful --components 2 --families eruptions=normal,waiting=poisson",
        "one normal and one count column")
    ),
    (
      "bernoulli-mixture", "bernoulli", "fit a mixture over columns of 0 and 1",
      "Each component has a probability of 1 for every column; for columns that form a square image the report shows "
        + "the components as images.",
      Example(
        "surprisal fit bernoulli-mixture - --components 1 <<< $'yes,no\\n1,0\\n0,0\\n1,1'",
        "three rows of answers from standard input")
    ),
    (
      "categorical-mixture", "categorical", "fit a mixture over columns of words or levels (latent classes)",
      "The latent class model: each component has a probability for every level of every column.",
      Example(
        "surprisal fit categorical-mixture digits --columns pixel_2_5,pixel_3_3 --components 2 --starts 2",
        "two latent classes of two pixels, each of 17 levels")
    ),
    (
      "poisson-mixture", "poisson", "fit a mixture over columns of counts",
      "Each component has a mean for every column of whole numbers of at least 0.",
      Example(
        "surprisal fit poisson-mixture digits --components 10 --starts 2 --report digits.html",
        "ten prototypes of handwritten digits, as images in the report")
    ),
    (
      "exponential-mixture", "exponential", "fit a mixture over columns of waiting times",
      "Each component has a mean for every column of numbers of at least 0; log-densities depend on their unit.",
      Example("surprisal fit exponential-mixture old-faithful --components 1", "the mean of every column")
    ),
  ]

  static let fitProductMixtures: [Command] = mixtures.map { entry in
    fitting(
      ProductOptions.specification(entry.name, family: entry.family), summary: entry.summary,
      discussion: [entry.detail + " Without --components the number is chosen from 1 to 9 by BIC."],
      options: ProductOptions.options(family: entry.family), examples: [entry.example])
  }

  static let selectProductMixtures: [Command] = mixtures.map { entry in
    selecting(
      ProductOptions.specification(entry.name, family: entry.family),
      summary: entry.summary.split(separator: " ").dropFirst().joined(separator: " ").replacingPrefix(
        "a mixture", by: "compare mixtures"),
      options: ProductOptions.options(family: entry.family),
      examples: [
        Example(
          entry.example.line.replacingPrefix("surprisal fit", by: "surprisal select"), "a table and the winner by BIC")
      ])
  }
}

extension String {
  /// The text with `prefix` replaced, if it has it.
  fileprivate func replacingPrefix(_ prefix: String, by other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
