import Surprisal

/// The options of training: each sets one number of the configuration.
enum TrainOptions {
  static let course = "course"
  static let network = "network"
  static let data = "data"
  static let files = "files"

  static let target = Option.columns(
    "target", section: data, "the columns of a table that are told from the others; for .npy inputs, the targets' file")
  static let kind = Option.choice(
    "target-kind", [.init("automatic"), .init("classes"), .init("numbers")], section: data,
    standard: "automatic: classes where the column holds words", "what the targets are")
  static let test = Option.path(
    "test", section: data, placeholder: "DATA", "measure the trained network on these data in the end")
  static let validation = Option.real(
    "validation", 0...0.9, section: data, standard: "0.1", "the share of the data that is kept for validation")
  static let limit = Option.integer(
    "limit", 1...1_000_000_000, section: data, "use the first N data alone, for a quick look")
  static let skipBad = Option.flag(
    "skip-bad", section: data, "leave out files that are no sound image or of another size, and list them")
  static let rawInputs = Option.flag(
    "raw-inputs", section: data, "do not standardize the inputs: bytes become 0 … 1, numbers stay")
  static let shift = Option.integer(
    "shift", 0...1_000, placeholder: "PIXELS", section: data,
    "move training images by up to so many pixels, anew in every epoch")
  static let flip = Option.flag("flip", section: data, "mirror every second training image left to right")
  static let crop = Option.integer(
    "crop", 0...1_000, placeholder: "PIXELS", section: data,
    "pad training images by so many pixels and take a part of the old size at random")
  static let smoothing = Option.real(
    "label-smoothing", 0...0.999, section: data, standard: "0", "the share of a target that is spread over all classes")

  static let epochs = Option.integer(
    "epochs", 1...1_000_000, section: course, standard: "by the recipe", "passes over the data")
  static let steps = Option.integer(
    "steps", 1...1_000_000_000_000, section: course, "stop after so many steps of the optimizer")
  static let batch = Option.integer(
    "batch", 1...1_000_000, section: course, standard: "by the recipe", "data per gradient")
  static let accumulate = Option.integer(
    "accumulate", 1...1_000_000, section: course, standard: "1", "batches whose gradients make one step")
  static let optimizer = Option.choice(
    "optimizer", OptimizerConfiguration.Name.allCases.map { .init($0.rawValue) }, section: course,
    standard: "by the recipe", "the rule of a step; lbfgs takes all data in each, one an epoch")
  static let rate = Option.real(
    "learning-rate", 0...1e300, isOpen: true, section: course, standard: "by the recipe", "the length of a step")
  static let momentum = Option.real(
    "momentum", 0...0.999999, section: course, standard: "by the recipe", "momentum of sgd, nesterov and rmsprop")
  static let decay = Option.real(
    "weight-decay", 0...1e9, section: course, standard: "by the recipe",
    "λ of the weight decay; biases and normalizations do not decay")
  static let decoupledDecay = Option.flag(
    "decoupled-decay", section: course, "take the decay of sgd and nesterov from the weights, around the momentum")
  static let schedule = Option.choice(
    "schedule", ScheduleConfiguration.Name.allCases.map { .init($0.rawValue) }, section: course,
    standard: "cosine", "the course of the learning rate; --config sets its numbers")
  static let warmUp = Option.real(
    "warm-up", 0...0.999, section: course, standard: "by the recipe",
    "the share of the training in which the rate first rises")
  static let clip = Option.real(
    "clip-norm", 0...1e300, isOpen: true, section: course, "scale gradients down to this norm")
  static let average = Option.real(
    "average", 0...0.999999999, placeholder: "DECAY", section: course,
    "keep a moving average of the weights with this decay; it is what is validated and kept")
  static let patience = Option.integer(
    "patience", 1...1_000_000, section: course, "stop when so many validations brought no better loss")

  static let degree = Option.integer(
    "degree", 1...100, section: network, standard: "1", "the highest power of each input")
  static let hidden = Option.widths(
    "hidden", section: network, standard: "256,128", "the widths of the hidden layers")
  static let activation = Option.choice(
    "activation", PerceptronRecipe.Activation.allCases.map { .init($0.rawValue) }, section: network,
    standard: "relu", "what stands between linear layers")
  static let dropout = Option.real(
    "dropout", 0...0.999, section: network, standard: "0.2", "the share of hidden numbers that training sets to 0")
  static let batchNorm = Option.choice(
    "batch-norm", [.init("yes"), .init("no")], placeholder: "WHETHER", section: network,
    standard: "yes in lenet, no in mlp", "batch normalization before every nonlinearity")
  static let classic = Option.flag("classic", section: network, "sigmoids and average pooling, as in 1998")
  static let stages = Option.widths(
    "stages", section: network, standard: "1,1,1", "how many blocks each stage has; 2,2,2,2 is ResNet-18")
  static let width = Option.integer(
    "width", 1...4_096, section: network, standard: "32", "the channels of the first stage; every stage doubles them")
  static let groups = Option.integer(
    "groups", 1...1_024, section: network, standard: "8", "the parts that inner convolutions are split in")
  static let groupWidth = Option.integer(
    "group-width", 1...1_024, section: network, standard: "4", "the channels of a group in the first stage")

  static let config = Option.path(
    "config", section: files, placeholder: "FILE.json", "settings that options given beside it change")
  static let dump = Option.flag("dump-config", section: files, "write the settings as JSON and do nothing else")
  static let run = Option.path(
    "run", section: files, placeholder: "FOLDER", "keep checkpoints, the best network and the log there")
  static let resume = Option.flag("resume", section: files, "go on with the training in the folder of --run")
  static let dataChange = Option.flag(
    "allow-data-change", section: files, "resume although the data are others than before")
  static let waiting = Option.flag(
    "wait-for-room", section: files, "on a full disk wait for room instead of stopping")

  /// The options of every recipe.
  static let shared: [OptionDescription] = [
    target.description, kind.description, test.description, validation.description, limit.description,
    skipBad.description, rawInputs.description, epochs.description, steps.description, batch.description,
    accumulate.description, optimizer.description, rate.description, momentum.description, decay.description,
    decoupledDecay.description, schedule.description, warmUp.description, clip.description, average.description,
    patience.description,
  ]
  /// The options of classifiers besides.
  static let classifying: [OptionDescription] = [smoothing.description]
  /// The options of networks for images besides.
  static let images: [OptionDescription] = [shift.description, flip.description, crop.description]
  /// Where settings come from, and where files go.
  static let output: [OptionDescription] = [
    FitOptions.modelFile.description, FitOptions.report.description, run.description, resume.description,
    dataChange.description, waiting.description, config.description, dump.description,
  ]
}
