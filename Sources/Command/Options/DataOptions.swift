import Surprisal

/// The options that say how a table is read.
enum DataOptions {
  static let section = "reading"

  static let columns = Option.columns(
    "columns", section: section, standard: "every column",
    "use these columns in this order; names, or positions from 1 where the file has no names")
  static let delimiter = Option.character(
    "delimiter", section: section, standard: "found from the file", "what stands between cells")
  static let decimal = Option.choice(
    "decimal", [.init("."), .init(",")], placeholder: "C", section: section, standard: ".",
    "the decimal mark")
  static let header = Option.choice(
    "header", [.init("yes"), .init("no"), .init("auto")], placeholder: "WHETHER", section: section,
    standard: "auto: found from the first rows", "whether the first row holds names")
  static let missing = Option.choice(
    "missing", [.init("error"), .init("drop")], placeholder: "POLICY", section: section,
    standard: "error",
    advice: [
      "model": "a gaussian-mixture integrates missing cells out: fit one with --missing model and --model FILE, and "
        + "'surprisal impute FILE DATA' fills the cells in for other models"
    ],
    "what an empty cell, NA, nan or inf does to its row")
  static let missingOrModel = Option.choice(
    "missing", [.init("error"), .init("drop"), .init("model")], placeholder: "POLICY", section: section,
    standard: "error",
    "what an empty cell, NA, nan or inf does to its row; model integrates it out, where the model can")
  static let sequence = Option.column(
    "sequence", section: section,
    "the rows of one value of this column, which must stand together, are one sequence; otherwise all rows are")
  static let weights = Option.column(
    "weights", section: section, "take the weights of the rows from this column")

  /// The options of every command that reads a table.
  static let all: [OptionDescription] = [
    columns.description, delimiter.description, decimal.description, header.description,
    missing.description,
  ]

  static let positional = Command.Positional(
    name: "DATA",
    help: "a table (.csv, .tsv, .txt, .npy, .npz), - for standard input, or a built-in set such as "
      + "old-faithful (surprisal data list)",
    completions: BuiltInDataSet.all.map(\.name))
  static let model = Command.Positional(name: "MODEL-FILE", help: "a model file that fit or train wrote")
}

/// The options that many commands share.
enum SharedOptions {
  static let section = "general"

  static let json = Option.flag("json", section: section, "write one JSON object to standard output")
  static let quiet = Option.flag(
    "quiet", section: section, "no progress, notes and warnings on standard error")
  static let seed = Option.seed(
    "seed", section: section, standard: "0", "the seed of the random numbers")
  static let threads = Option.integer(
    "threads", 1...1024, section: section, standard: "every processor; results have the same bits",
    "how many threads work")
}
