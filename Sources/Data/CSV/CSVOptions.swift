/// How delimited text is read: what is known beforehand, what to take, and what to do about missing cells.
public struct CSVOptions: Sendable, Equatable {
  /// What separates the cells of a record.
  public enum Delimiter: Sendable, Equatable {
    /// Found from the first records (20, or 64 KiB if these are more than two):
    /// 1. A candidate fits if it divides all of them into the same number of cells, at least two. The
    ///    candidates are the tab, the comma (unless it is the decimal mark), the semicolon and runs of spaces.
    /// 2. The first that fits, in this order, is taken. Comma and semicolon fitting both is an error: only
    ///    the reader of the data can know whether the comma is a decimal mark.
    /// 3. If none fits, the tab, comma or semicolon that divides the first record is taken, so that the
    ///    records that differ are reported; else runs of spaces if most records agree with the first.
    /// 4. Otherwise each line is one cell.
    case automatic
    /// This ASCII character.
    case character(Character)
    /// Runs of spaces.
    case spaces
  }

  /// Whether the first record holds the columns' names.
  public enum Header: String, Sendable, CaseIterable {
    /// It does if none of its cells is a number and at least one is a word: neither a missing value nor
    /// something that begins like a number (`1_000`). A quoted number above a number without quotes counts
    /// as a word. A first record with numbers holds no names; if one of its words stands above numbers,
    /// however, nobody can tell, and that is an error.
    case automatic
    /// It does.
    case yes
    /// It holds numbers like the others.
    case no
  }

  /// What to do about cells that hold no number: empty, `NA`, `N/A`, `NaN`, `null`, `?`, `inf` and the like.
  public enum MissingPolicy: String, Sendable, CaseIterable {
    /// Throw an error that names the first three and the total.
    case error
    /// Leave their rows out and count them.
    case drop
    /// Keep them as NaN, for models that integrate them out.
    case keep
  }

  /// Which columns hold words, whose cells become the numbers 0, 1, … of their levels.
  public enum WordColumns: Sendable, Equatable {
    /// None: a word is an error.
    case none
    /// Those with a word among the first records, and the columns named here (or numbered from 1).
    case automatic(also: [String])
  }

  /// What separates the cells.
  public var delimiter: Delimiter
  /// Whether the first record holds names.
  public var header: Header
  /// The decimal mark: `.` or `,`.
  public var decimalMark: Character
  /// The columns to take, in this order, each by name or by its number from 1; `nil` takes all.
  public var columns: [String]?
  /// The column of the observations' weights, by name or number; it is not among the numbers.
  public var weightsColumn: String?
  /// Which columns hold words; see ``Table/levels``.
  public var wordColumns: WordColumns
  /// What to do about missing cells.
  public var missing: MissingPolicy
  /// How many threads read; `nil` for one a processor. The result does not depend on it.
  public var threads: Int?

  /// Options with the usual values: everything found automatically, all columns, missing cells an error.
  public init(
    delimiter: Delimiter = .automatic, header: Header = .automatic, decimalMark: Character = ".",
    columns: [String]? = nil, weightsColumn: String? = nil,
    wordColumns: WordColumns = .none, missing: MissingPolicy = .error, threads: Int? = nil
  ) {
    self.delimiter = delimiter
    self.header = header
    self.decimalMark = decimalMark
    self.columns = columns
    self.weightsColumn = weightsColumn
    self.wordColumns = wordColumns
    self.missing = missing
    self.threads = threads
  }
}
