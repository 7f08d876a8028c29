import Surprisal

extension Command {
  static let train: Command = .init(
    name: "train", summary: "train a network",
    examples: [
      Example("surprisal train mlp digits --epochs 5 --model mlp.safetensors", "digits of 8 × 8 by a perceptron"),
      Example("surprisal train lenet --dump-config", "the settings of a recipe as JSON"),
    ],
    children: RecipeConfiguration.recipes.map(train(_:)), childNoun: "recipe", childPlaceholder: "RECIPE")

  private static func train(_ recipe: any NetworkRecipe.Type) -> Command {
    let name = recipe.name
    return Command(
      name: name, summary: recipe.summary, discussion: discussion(name),
      positionals: [
        Positional(
          name: TrainingInput.positional.name, help: TrainingInput.positional.help, isOptional: true,
          completions: TrainingInput.positional.completions)
      ],
      options: options(name), examples: examples(name),
      action: { try TrainAnswer(arguments: $0, console: $1, recipe: name).train() })
  }

  private static func options(_ recipe: String) -> [OptionDescription] {
    let own: [OptionDescription] =
      switch recipe {
      case LinearRecipe.name: [TrainOptions.degree.description]
      case PerceptronRecipe.name:
        [
          TrainOptions.hidden.description, TrainOptions.activation.description, TrainOptions.dropout.description,
          TrainOptions.batchNorm.description,
        ]
      case LeNetRecipe.name: [TrainOptions.batchNorm.description, TrainOptions.classic.description]
      case ResNetRecipe.name: [TrainOptions.stages.description, TrainOptions.width.description]
      case ResNeXtRecipe.name:
        [TrainOptions.stages.description, TrainOptions.groups.description, TrainOptions.groupWidth.description]
      default: []
      }
    let more = recipe == LinearRecipe.name ? [] : TrainOptions.classifying
    let images = [LinearRecipe.name, SoftmaxRecipe.name].contains(recipe) ? [] : TrainOptions.images
    let reading = DataOptions.all.filter { $0.name != "missing" } + [DataOptions.missing.description]
    return own + TrainOptions.shared + more + images + TrainOptions.output + reading + [
      SharedOptions.json.description, SharedOptions.seed.description, SharedOptions.threads.description,
      SharedOptions.quiet.description,
    ]
  }

  private static func discussion(_ recipe: String) -> [String] {
    let loss =
      "The loss is in nats per datum: −log p(class | input), or half the squared error of standardized numbers, which "
      + "is −log N(y; ŷ, 1) up to a constant."
    let files =
      "With --run every epoch leaves a checkpoint; --resume goes on from the newest with the same bits as if the "
      + "training had never stopped. Ctrl-C saves one and stops."
    return recipe == LinearRecipe.name
      ? [loss, "The closed form is computed beside gradient descent, and the distance between both is shown.", files]
      : [loss, files]
  }

  private static func examples(_ recipe: String) -> [Example] {
    switch recipe {
    case LinearRecipe.name:
      [
        Example(
          "surprisal train linear old-faithful --target waiting --epochs 20",
          "waiting time from duration, by gradient descent and in closed form")
      ]
    case SoftmaxRecipe.name:
      [Example("surprisal train softmax digits --epochs 5", "one linear map to ten classes")]
    case PerceptronRecipe.name:
      [
        Example("surprisal train mlp digits --epochs 5 --hidden 64 --model mlp.safetensors", "64 hidden units"),
        Example("surprisal train mlp digits --epochs 2 --run mlp-run", "keeps checkpoints and a log"),
        Example("surprisal train mlp digits --epochs 4 --run mlp-run --resume", "goes on with them"),
      ]
    case LeNetRecipe.name:
      [Example("surprisal train lenet --dump-config", "its settings, to edit and give to --config")]
    case ResNetRecipe.name:
      [Example("surprisal train resnet digits --epochs 1 --width 8 --shift 1", "a very small one")]
    default: [Example("surprisal train resnext digits --epochs 1 --groups 2", "a very small one")]
    }
  }
}
