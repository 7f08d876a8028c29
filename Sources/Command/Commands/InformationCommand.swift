import Surprisal

extension Command {
  static let information: Command = .init(
    name: "information", summary: "entropy, mutual information and divergence of columns, with intervals",
    examples: [
      Example("surprisal information entropy old-faithful", "the differential entropy of both columns"),
      Example("surprisal information mutual old-faithful", "what the waiting time says about the eruption"),
    ],
    children: [
      entropy, jointEntropy, conditionalEntropy, mutualInformation, pointwiseInformation, crossEntropy, klDivergence,
      informationMatrix,
    ], childNoun: "measure", childPlaceholder: "MEASURE")

  private static let kinds =
    "Columns of words and of few whole numbers are discrete (counts, H in nats and bits), others continuous (nearest "
    + "neighbors, h at the unit of x); --discrete and --continuous say otherwise. Each estimate comes with its "
    + "standard error and a 95 % interval for independent rows."

  private static let entropy: Command = .init(
    name: "entropy", summary: "the entropy of each column", discussion: [kinds],
    positionals: [DataOptions.positional],
    options: [InformationOptions.binWidth.description] + InformationOptions.reading,
    examples: [Example("surprisal information entropy old-faithful --bin-width 0.1", "h, and H of tenths")],
    action: { try InformationAnswer($0, $1).entropy() })

  private static let jointEntropy: Command = .init(
    name: "joint", summary: "the joint entropy of columns",
    discussion: [
      "H of discrete columns, h of continuous ones; of both kinds the entropy of mass times density, H(levels) + "
        + "h(numbers | levels), within each joint level by its nearest neighbors. " + kinds
    ],
    positionals: [DataOptions.positional], options: InformationOptions.reading,
    examples: [Example("surprisal information joint old-faithful", "h(eruptions, waiting)")],
    action: { try InformationAnswer($0, $1).joint() })

  private static let conditionalEntropy: Command = .init(
    name: "conditional", summary: "the entropy of a column given others",
    discussion: [
      "H(X|Z) = H(X, Z) − H(Z), or h where X is continuous, for the one column X of --columns and the columns Z of "
        + "--given, of any kinds: by counts where all are discrete, else by nearest neighbors at one radius for both "
        + "terms. Rows alone with their levels are left out; beyond one in twenty no interval is given. " + kinds
    ],
    positionals: [DataOptions.positional],
    options: [InformationOptions.given.description] + InformationOptions.reading,
    examples: [
      Example(
        "surprisal information conditional digits --columns pixel_3_4 --given pixel_4_4",
        "what a pixel leaves open of the one above"),
      Example("surprisal information conditional old-faithful --columns eruptions --given waiting", "h of an eruption"),
    ],
    action: { try InformationAnswer($0, $1).conditional() })

  private static let mutualInformation: Command = .init(
    name: "mutual", summary: "the mutual information of two columns, or of all with a target",
    discussion: [
      "I(X;Y) of the two columns, I(X;Y|Z) with --given, all of any kinds, or with --target Y a ranking of every other "
        + "column. " + kinds
    ],
    positionals: [DataOptions.positional],
    options: [
      InformationOptions.given.description, InformationOptions.target.description,
      InformationOptions.permutations.description, SharedOptions.seed.description,
    ] + InformationOptions.reading,
    examples: [
      Example("surprisal information mutual old-faithful --permutations 199", "with a test of independence")
    ],
    action: { try InformationAnswer($0, $1).mutual() })

  private static let pointwiseInformation: Command = .init(
    name: "pointwise", summary: "log p(x, y) / (p(x) p(y)) for every pair of levels of two columns",
    discussion: ["Pairs that never occur together have −∞. " + kinds], positionals: [DataOptions.positional],
    options: InformationOptions.reading,
    examples: [
      Example("surprisal information pointwise digits --columns pixel_3_4,pixel_4_4", "pairs of levels")
    ],
    action: { try InformationAnswer($0, $1).pointwise() })

  private static let others = Positional(
    name: "OTHER", help: "the second table, with the same columns, or a model file that fit wrote")

  private static let crossEntropy: Command = .init(
    name: "cross-entropy", summary: "the cross-entropy of data with other data or with a model",
    discussion: [
      "−E[log q] of the rows of DATA: q is the distribution of a discrete column of OTHER, or a fitted model. " + kinds
    ],
    positionals: [DataOptions.positional, others], options: InformationOptions.reading,
    examples: [
      Example("surprisal information cross-entropy old-faithful faithful.safetensors", "nats per row under the model")
    ],
    action: { try InformationAnswer($0, $1).crossEntropy() })

  private static let klDivergence: Command = .init(
    name: "kl", summary: "the divergence of data from other data or from a model",
    discussion: [
      "KL = E[log p − log q] over the rows of DATA, p the distribution of DATA and q that of OTHER, from counts or nearest "
        + "neighbors, or −E[log q] − h(p) for a model q. " + kinds
    ],
    positionals: [DataOptions.positional, others], options: InformationOptions.reading,
    examples: [
      Example("surprisal information kl old-faithful faithful.safetensors", "what the model leaves unexplained")
    ],
    action: { try InformationAnswer($0, $1).klDivergence() })

  private static let informationMatrix: Command = .init(
    name: "matrix", summary: "the mutual information of all pairs of columns",
    discussion: [
      "A table of nats with the entropies of discrete columns on the diagonal; in parentheses where the 95 % "
        + "interval reaches 0. A pair that cannot be estimated, such as numbers beside a column that names its rows, is "
        + "left out with a warning. --csv and --json hold the intervals. " + kinds
    ],
    positionals: [DataOptions.positional],
    options: [InformationOptions.csv.description, InformationOptions.plot.description] + InformationOptions.reading,
    examples: [Example("surprisal information matrix old-faithful", "one pair")],
    action: { try InformationAnswer($0, $1).matrix() })
}
