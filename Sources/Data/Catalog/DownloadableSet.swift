import SurprisalCore

/// A public data set that can be fetched by name: its files with their sizes and checksums.
public struct DownloadableSet: Sendable, Hashable {
  /// One file of a set.
  public struct File: Sendable, Hashable {
    /// Its name, behind the address of a server and in the folder that it is fetched into.
    public var name: String
    /// Its size in bytes.
    public var byteCount: Int
    /// The SHA-256 of the file, in lower-case hexadecimal.
    public var sha256: String
    /// The SHA-256 of what a gzip file holds, so that a copy which was packed anew is known too.
    public var unpackedSHA256: String?

    /// A file by its name, size and checksums.
    public init(name: String, byteCount: Int, sha256: String, unpackedSHA256: String? = nil) {
      self.name = name
      self.byteCount = byteCount
      self.sha256 = sha256
      self.unpackedSHA256 = unpackedSHA256
    }
  }

  /// The name, such as `mnist`.
  public var name: String
  /// What it holds, in one line.
  public var summary: String
  /// Who made it.
  public var source: String
  /// Under which terms it may be used.
  public var license: String
  /// The servers that have it, to be tried in this order: what stands before the files' names.
  public var servers: [String]
  /// The files.
  public var files: [File]
  /// The names of its classes; empty where they are numbers.
  public var classNames: [String]

  /// A set of `files` at `servers`.
  public init(
    name: String, summary: String, source: String, license: String, servers: [String], files: [File],
    classNames: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.license = license
    self.servers = servers
    self.files = files
    self.classNames = classNames
  }

  /// The bytes of all files.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// All sets that are known.
  public static let all: [DownloadableSet] = [mnist, fashionMNIST]

  /// The set called `name`.
  ///
  /// Throws a usage error with the nearest name if there is none.
  public init(named name: String) throws {
    guard let found = DownloadableSet.all.first(where: { $0.name == name }) else {
      let names = DownloadableSet.all.map(\.name)
      throw SurprisalError(
        .usage, "there is no data set `\(name)` to fetch",
        remedy: nearestName(to: name, in: names).map { "did you mean \($0)?" }
          ?? "there are \(names.joined(separator: ", "))")
    }
    self = found
  }
}

extension DownloadableSet {
  /// MNIST: Y. LeCun, C. Cortes and C. J. C. Burges 1998.
  public static let mnist = DownloadableSet(
    name: "mnist", summary: "handwritten digits, 60,000 + 10,000 gray images of 28 × 28",
    source: "Y. LeCun, C. Cortes and C. J. C. Burges 1998", license: "CC BY-SA 3.0",
    servers: [
      "https://ossci-datasets.s3.amazonaws.com/mnist", "https://storage.googleapis.com/cvdf-datasets/mnist",
    ],
    files: [
      File(
        name: "train-images-idx3-ubyte.gz", byteCount: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        unpackedSHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
      File(
        name: "train-labels-idx1-ubyte.gz", byteCount: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        unpackedSHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
      File(
        name: "t10k-images-idx3-ubyte.gz", byteCount: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        unpackedSHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
      File(
        name: "t10k-labels-idx1-ubyte.gz", byteCount: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        unpackedSHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ])

  /// Fashion-MNIST: H. Xiao, K. Rasul and R. Vollgraf 2017.
  public static let fashionMNIST = DownloadableSet(
    name: "fashion-mnist", summary: "pieces of clothing, 60,000 + 10,000 gray images of 28 × 28",
    source: "H. Xiao, K. Rasul and R. Vollgraf 2017, Zalando Research", license: "MIT",
    servers: [
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ],
    files: [
      File(
        name: "train-images-idx3-ubyte.gz", byteCount: 26_421_880,
        sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        unpackedSHA256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
      File(
        name: "train-labels-idx1-ubyte.gz", byteCount: 29_515,
        sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        unpackedSHA256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
      File(
        name: "t10k-images-idx3-ubyte.gz", byteCount: 4_422_102,
        sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        unpackedSHA256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
      File(
        name: "t10k-labels-idx1-ubyte.gz", byteCount: 5_148,
        sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        unpackedSHA256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ],
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ])
}
